"""Tables as connectors land them, of files that were written by hand, and what is to come of them.

A folder a vendor in `tests/sources`, in it a folder a sync, a file a table. Its first line names the columns:
`id*` is one of the key, `at:timestamptz` one of another type than text. A sync writes over the rows that have
the key of one of its own, as connectors do; `gone.csv` names rows that it takes away. `expected_*.csv` has
the rows that are to come of a sync; of the second one, those that are new or otherwise. `make example` has
folders of its own like these.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

FOLDER = Path(__file__).parents[1] / "sources"
VENDORS = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir())
# Vendor -> the schema of its tables.
SCHEMAS = {vendor: {"snowplow": "atomic"}.get(vendor, vendor) for vendor in VENDORS}
SYNCS = ("first", "second")
# How all of them are read. Mautic was set up with a prefix: its files are called so.
VARIABLES: dict[str, object] = {"sources": VENDORS, "mautic_table_prefix": "mtc_"}
# Raw tables -> what tells their rows apart.
KEYS = {
    "contacts": ("contact_id",),
    "events": ("event_id",),
    "transactions": ("transaction_id", "line_number"),
    "rejected": ("source_table", "row_key", "reason"),
}
Row = dict[str, str | None]
Rows = dict[tuple[str | None, ...], Row]


@dataclass(frozen=True)
class _Column:
    name: str
    type: str
    is_key: bool


def land(connection: duckdb.DuckDBPyConnection, vendor: str, sync: str, within: Path = FOLDER) -> None:
    """Do one sync of a vendor's tables."""
    folder, schema = within / vendor / sync, SCHEMAS[vendor]
    connection.execute(f"create schema if not exists {schema}")
    for file in sorted(folder.glob("*.csv")):
        if file.stem != "gone" and not file.stem.startswith("expected_"):
            _land_table(connection, f'{schema}."{file.stem}"', file)
    for row in _rows(folder / "gone.csv"):
        keys = " and ".join(f"{name} = ?" for name in row if name != "table" and row[name])
        values = [value for name, value in row.items() if name != "table" and value]
        connection.execute(f'delete from {schema}."{row["table"]}" where {keys}', values)


def expected(vendor: str, table: str, sync: str) -> Rows:
    """The rows that are to be there after a sync, by their keys, without what is null."""
    rows: Rows = {}
    for number in range(SYNCS.index(sync) + 1):
        folder = FOLDER / vendor / SYNCS[number]
        for row in _rows(folder / f"expected_{table}.csv"):
            rows[tuple(row[name] for name in KEYS[table])] = plain(row)
        for row in _rows(folder / "expected_gone.csv"):
            for key in [key for key in rows if ":".join(str(part) for part in key) == row["id"]]:
                del rows[key]
    return rows


def found(rows: Sequence[Mapping[str, object]], table: str) -> Rows:
    """Rows of the project's tables, as `expected` has them."""
    texts = [
        {name: None if cell is None else str(cell) for name, cell in row.items() if name != "source_model"}
        for row in rows
    ]
    by_key = {tuple(row[name] for name in KEYS[table]): plain(row) for row in texts}
    assert len(by_key) == len(texts), "rows of the same key"
    return by_key


def plain(row: Mapping[str, str | None]) -> Row:
    """A row without nulls, and JSON in it without them."""
    cells: Row = {name: cell for name, cell in row.items() if cell is not None}
    for name in {"attributes", "properties"} & cells.keys():
        known = {key: value for key, value in json.loads(str(cells[name])).items() if value is not None}
        cells[name] = json.dumps(known, sort_keys=True)
    return cells


def _rows(file: Path) -> Iterator[Row]:
    if file.exists():
        with file.open(newline="", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                yield {name: cell or None for name, cell in row.items()}


def _land_table(connection: duckdb.DuckDBPyConnection, table: str, file: Path) -> None:
    rows = list(_rows(file))
    with file.open(newline="", encoding="utf-8") as lines:
        columns = [_column(cell) for cell in next(csv.reader(lines))]
    definitions = ", ".join(f'"{column.name}" {column.type}' for column in columns)
    connection.execute(f"create table if not exists {table} ({definitions})")
    keys = [place for place, column in enumerate(columns) if column.is_key]
    same = " and ".join(f'"{columns[place].name}" = ?' for place in keys)
    names = ", ".join(f'"{column.name}"' for column in columns)
    marks = ", ".join(f"cast(? as {column.type})" for column in columns)
    for row in rows:
        cells = list(row.values())
        if keys:
            connection.execute(f"delete from {table} where {same}", [cells[place] for place in keys])
        connection.execute(f"insert into {table} ({names}) values ({marks})", cells)


def _column(header: str) -> _Column:
    name, _, type_name = header.partition(":")
    return _Column(name.rstrip("*"), type_name or "varchar", name.endswith("*"))
