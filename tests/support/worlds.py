"""A generated world as a run reads it, and what its marts say otherwise than the reference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from reference import Result, World, evaluate
from reference.addresses import email_statuses
from reference.inputs import COLUMNS
from reference.world import Row
from workspaces import Workspace, rows_of, write_seeds

NATIVE_TYPES = {
    "id": "varchar",
    "text": "varchar",
    "integer": "integer",
    "number": "decimal(28, 8)",
    "points": "decimal(18, 8)",
    "boolean": "boolean",
    "timestamp": "timestamp",
    "date": "date",
    "json": "json",
}
MARTS = {
    "fct_rule_points": (
        "model_id rule_id contact_id activity_id asset occurred_at operation points valid_from valid_to"
    ),
    "fct_score_ledger": (
        "model_id contact_id entry_type rule_id activity_id asset category operation points valid_from "
        "valid_to note author"
    ),
    "contact_scores": (
        "model_id contact_id score unlimited_score band_id band_title action score_rank percentile "
        "last_changed_at next_change_at as_of"
    ),
    "score_snapshots": "snapshot_date model_id contact_id score band_id",
    "band_transitions": ("model_id contact_id transitioned_at from_band_id to_band_id score direction"),
    "score_forecast": "model_id contact_id changes_at score from_band_id to_band_id",
}


COMPARED = [*MARTS, "rejected_rows"]


class WorldWorkspace(Workspace):
    """One folder in which worlds are built, one after another."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, folder / "seeds")

    def run(self, world: World) -> dict[str, list[Row]]:
        """Build a world from nothing and read its marts."""
        for leftover in self.folder.glob(f"{self.database.name}*"):
            leftover.unlink()
        return self.run_next(world)

    def run_next(self, world: World) -> dict[str, list[Row]]:
        """Build a world in the database of the one before, and read its marts."""
        write_seeds(self.seeds, world.seeds)
        with duckdb.connect(str(self.database)) as connection:
            write_raw(world, connection)
        select = " ".join(f"+{mart}" for mart in COMPARED)
        # Another world has other contacts.
        variables = {**world.variables, "allow_shrink": True}
        self.build(as_of=world.variables["as_of"], select=select, variables=variables)
        return self.marts()

    def marts(self) -> dict[str, list[Row]]:
        """The rows of the marts that the reference knows."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return {mart: rows_of(connection, f"from marts.{mart}") for mart in COMPARED}


def add_rows(
    connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row], native: bool = False
) -> None:
    """Add rows to a raw table, which is made or widened where it has to be."""
    present = {column for row in rows for column in row}
    columns = [column for column, kind in COLUMNS[table].items() if column in present or kind.endswith("*")]
    types = {
        column: NATIVE_TYPES[COLUMNS[table][column].rstrip("*")]
        if native or column == "loaded_at"
        else "varchar"
        for column in columns
    }
    definitions = [f"{column} {kind}" for column, kind in types.items()]
    connection.execute(f"create table if not exists raw.{table} ({', '.join(definitions)})")
    for definition in definitions:
        connection.execute(f"alter table raw.{table} add column if not exists {definition}")
    cells = [[_cell(row.get(column), types[column]) for column in columns] for row in rows]
    if cells:
        marks = ", ".join("?" * len(columns))
        names = ", ".join(columns)
        connection.executemany(f"insert into raw.{table} ({names}) values ({marks})", cells)


def write_raw(world: World, connection: duckdb.DuckDBPyConnection) -> None:
    """The raw tables that the world has, with the columns that it has."""
    connection.execute("drop schema if exists raw cascade")
    connection.execute("create schema raw")
    for table, rows in world.raw.items():
        add_rows(connection, table, rows, table in world.native)


def differences(world: World, marts: dict[str, list[Row]]) -> list[str]:
    """What the marts say otherwise than the reference, in words."""
    expected = evaluate(world)
    found: list[str] = []
    concerned: set[str] = set()
    for mart, columns in MARTS.items():
        names = columns.split()
        rows: list[Row] = getattr(expected, mart)
        only_sql, only_reference = _unmatched(marts[mart], rows, names)
        found += [f"{mart}: only in SQL        {_compact(row)}" for row in only_sql]
        found += [f"{mart}: only in reference  {_compact(row)}" for row in only_reference]
        concerned |= {str(row.get("rule_id")) for row in [*only_sql, *only_reference]}
    found += _invariants(marts, expected)
    found += _rejections(marts["rejected_rows"], expected)
    if found:
        for seed in ("scoring_rules", "rule_conditions"):
            rules = [row for row in world.seeds[seed] if row["rule_id"] in concerned]
            found += [
                f"{seed}: { ({column: cell for column, cell in row.items() if cell}) }" for row in rules
            ]
        found.append(f"vars: {world.variables}")
    return found


def status_differences(world: World, segment_contacts: list[Row]) -> list[str]:
    """What the mart says of addresses otherwise than the reference, where some segment has everybody."""
    expected = email_statuses(world)
    found = {row["contact_id"]: row["email_status"] for row in segment_contacts}
    return [
        f"email_status: {contact_id} is {found.get(contact_id)}, in the reference {expected.get(contact_id)}"
        for contact_id in sorted(found.keys() | expected.keys())
        if found.get(contact_id) != expected.get(contact_id)
    ] + [
        f"segment_contacts: email of {row['contact_id']} is {row['email']}, which is {row['email_status']}"
        for row in segment_contacts
        if (row["email"] is not None) != (row["email_status"] == "mailable")
    ]


def _unmatched(
    actual: list[Row], expected: list[Row], names: list[str]
) -> tuple[Iterable[Row], Iterable[Row]]:
    ours, theirs = (
        Counter(tuple(_comparable(name, row[name]) for name in names) for row in rows)
        for rows in (expected, actual)
    )
    return (
        [dict(zip(names, row, strict=True)) for row in (theirs - ours).elements()],
        [dict(zip(names, row, strict=True)) for row in (ours - theirs).elements()],
    )


def _invariants(marts: dict[str, list[Row]], expected: Result) -> list[str]:
    """Each entry has an id of its own; a score is the sum of the entries that are valid."""
    ids = Counter(row["entry_id"] for row in marts["fct_score_ledger"])
    found = [
        f"fct_score_ledger: entry_id {entry_id!r} occurs {n} times" for entry_id, n in ids.items() if n > 1
    ]
    sums: Counter[tuple[str, str]] = Counter()
    for row in marts["fct_score_ledger"]:
        if row["valid_from"] <= expected.as_of and (
            row["valid_to"] is None or expected.as_of < row["valid_to"]
        ):
            sums[row["model_id"], row["contact_id"]] += row["points"]
    for row in marts["contact_scores"]:
        total = sums[row["model_id"], row["contact_id"]]
        if row["unlimited_score"] != total:
            found.append(f"contact_scores: unlimited_score is not the ledger's sum {total}: {_compact(row)}")
    return found


def _rejections(actual: list[Row], expected: Result) -> list[str]:
    """Every whole bad row stands in rejected_rows, and nothing that isn't wrong does."""
    known = {(row.source_table, row.row_key) for row in expected.rejected}
    whole = Counter((row.source_table, row.row_key) for row in expected.rejected if row.whole)
    seen = Counter((row["source_table"], row["row_key"]) for row in actual)
    found = [f"rejected_rows: only in SQL        {key}" for key in seen if key not in known]
    found += [f"rejected_rows: only in reference  {key}" for key in known if key not in seen]
    return found + [f"rejected_rows: missing once  {key}" for key in (whole - seen).elements() if key in seen]


def _comparable(name: str, value: Any) -> Any:
    if name == "percentile":
        return round(float(value), 9)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return f"{value} has a zone"
    if isinstance(value, float):
        return f"{value} is a float"
    return value


def _compact(row: Row) -> str:
    return " ".join(f"{name}={value}" for name, value in row.items() if value is not None)


def _cell(value: Any, kind: str) -> Any:
    if kind != "varchar" or value is None:
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)
