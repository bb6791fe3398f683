"""The marts in the DuckDB file that is going to be published: copied whole, or by what changed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from scripts.database import Database, identifier
from scripts.publication_record import MartRecord, Publication

SCHEMA = "marts"
# Marts whose rows change for the contacts that a run moved and no others, or only for those it rescored.
HISTORY = {
    "fct_rule_points": "is_touched",
    "fct_score_ledger": "is_touched",
    "band_transitions": "true",
    "score_snapshots": "true",
    "score_reasons": "true",
}
# Marts up to this size are read twice: a checksum costs less than writing them again.
SMALL_ROWS = 1_000_000
# Beyond these shares writing a mart whole costs less than its changes, now or for its readers.
CHANGED_SHARE = 0.2
REPLACED_SHARE = 0.5
# Types of the same width in each row, which a checksum reads in a moment.
FIXED = ("DECIMAL", "TIMESTAMP", "DATE", "BOOLEAN", "DOUBLE", "BIGINT", "INTEGER", "SMALLINT", "HUGEINT")


def source_marts(database: Database) -> dict[str, MartRecord]:
    """What the marts of the attached database `source` look like."""
    return {name: _described(database, name) for name in database.tables(SCHEMA, "source")}


def _described(database: Database, name: str) -> MartRecord:
    relation = mart_in("source", name)
    rows = int(database.execute(f"select count(*) from {relation}")[0][0])
    checksum = None
    if rows <= SMALL_ROWS:
        [(checksum,)] = database.execute(f"select cast(sum(hash(*columns(*))) as varchar) from {relation}")
    return MartRecord(rows, database.columns(relation), str(checksum) if rows <= SMALL_ROWS else None)


def mart_in(catalog: str, name: str) -> str:
    """A mart of an attached database, for SQL."""
    return f"{identifier(catalog)}.{SCHEMA}.{identifier(name)}"


@dataclass(frozen=True)
class Changes:
    """What differs between the file that is built upon and the database.

    Attributes:
        base: What the file holds.
        contacts: The table with the contacts whose rows may differ: contact_id, is_touched.
        share: Which share of all contacts these are.
    """

    base: Publication
    contacts: str
    share: float


def write_all(database: Database, marts: Iterable[str], say: Callable[[str], None]) -> None:
    """Copy all marts from the attached database `source` to the empty one `served`."""
    with database.transaction():
        database.execute(f"create schema served.{SCHEMA}")
        for name in marts:
            say(name)
            database.execute(f"create table {mart_in('served', name)} as from {mart_in('source', name)}")


def update_all(
    database: Database, marts: Mapping[str, MartRecord], changes: Changes, say: Callable[[str], None]
) -> dict[str, MartRecord]:
    """Bring the attached database `served` up to date with `source`.

    Returns:
        The marts, each with the number of rows replaced since it was last written whole.
    """
    with database.transaction():
        for gone in set(database.tables(SCHEMA, "served")) - set(marts):
            database.execute(f"drop table {mart_in('served', gone)}")
        return {name: _updated(database, name, mart, changes, say) for name, mart in marts.items()}


def _updated(
    database: Database, name: str, mart: MartRecord, changes: Changes, say: Callable[[str], None]
) -> MartRecord:
    known = changes.base.marts.get(name)
    alike = known is not None and known.same_columns(mart)
    if known is not None and alike and known.same_rows(mart):
        return replace(mart, replaced_rows=known.replaced_rows)
    say(name)
    if known is not None and alike and name in HISTORY and changes.share <= CHANGED_SHARE:
        replaced = known.replaced_rows + _replaced(database, name, changes.contacts)
        if replaced <= mart.rows * REPLACED_SHARE and _agree(database, name, mart):
            return replace(mart, replaced_rows=replaced)
    database.execute(f"create or replace table {mart_in('served', name)} as from {mart_in('source', name)}")
    return replace(mart, replaced_rows=0)


def _replaced(database: Database, name: str, contacts: str) -> int:
    served, source = mart_in("served", name), mart_in("source", name)
    changed = f"where contact_id in (select contact_id from {contacts} where {HISTORY[name]})"
    [(deleted,)] = database.execute(f"delete from {served} {changed}")
    # A run writes the rows of its contacts last: from the first of them on there is little to read.
    [(first,)] = database.execute(f"select min(rowid) from {source} {changed}")
    if first is not None:
        database.execute(f"insert into {served} by name from {source} {changed} and rowid >= {int(first)}")
    return int(deleted)


def _agree(database: Database, name: str, mart: MartRecord) -> bool:
    """Whether count, contacts, numbers and times agree: what no list of changed contacts is trusted for."""
    read = ["contact_id", *(column for column, kind in mart.columns.items() if kind.startswith(FIXED))]
    columns = ", ".join(identifier(column) for column in read)
    query = f"select count(*), sum(hash({columns})) from {{}}"
    return database.execute(query.format(mart_in("served", name))) == database.execute(
        query.format(mart_in("source", name))
    )
