"""What is published, and how its DuckDB file gets it: copied whole, or by what changed.

Big marts are views over tables of numbers and small tables of ids, which are published with them. No text is
written twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from leadscore.errors import LeadscoreError
from leadscore.publication.record import MartRecord, Publication
from leadscore.storage.database import Database, identifier

MARTS = "marts"
STORE = "store"
# Whole schemas, and what else the views of the marts read.
SCHEMAS = (MARTS, STORE, "configuration")
SINGLE_TABLES = (("state", "run_plan"), ("state", "run_models"))
# What stays in the database, for it holds whole raw rows, and the views of the marts that read it: they are
# published as tables.
PRIVATE = frozenset({(STORE, "rejected_row_contents")})
VIEWS_OF_PRIVATE = frozenset({"rejected_rows"})
KEY = "contact_key"
# Tables in which a run replaces the rows of the contacts that it moved, and no others.
REPLACED = (
    *("int_contacts", "int_ledger", "int_score_changes", "int_scores", "int_reasons"),
    *("int_profiles", "int_address_facts"),
)
# Tables to which a run adds rows with greater numbers than before (or lower ones, below 0), and changes none.
ADDED = {"int_contact_keys": "contact_key", "int_activity_ids": "activity_key"}
# Tables up to this size are read twice: a checksum costs less than writing them again.
SMALL_ROWS = 1_000_000
# Beyond these shares writing a table whole costs less than its changes, now or for its readers.
CHANGED_SHARE = 0.4
REPLACED_SHARE = 1.0


@dataclass(frozen=True)
class Relation:
    """A table or view that is published.

    Attributes:
        schema: Its schema.
        name: Its name.
        is_view: Whether readers get it as a view.
    """

    schema: str
    name: str
    is_view: bool

    @property
    def key(self) -> str:
        """What it is called in the record: a mart by its name, others with their schema."""
        return self.name if self.schema == MARTS else f"{self.schema}.{self.name}"

    def qualified_name(self, catalog: str) -> str:
        """The relation in an attached database, for SQL."""
        return f"{identifier(catalog)}.{identifier(self.schema)}.{identifier(self.name)}"


@dataclass(frozen=True)
class Changes:
    """What differs between the file that is built upon and the database.

    Attributes:
        base: What the file holds.
        contacts: The table with the contacts whose rows may differ: contact_key.
        share: Which share of all contacts these are.
    """

    base: Publication
    contacts: str
    share: float


def relations(database: Database) -> list[Relation]:
    """What the attached database `source` has to publish: tables first, then the views that read them."""
    found = [
        Relation(schema, name, kind == "VIEW" and _stays_view(schema, name))
        for schema in SCHEMAS
        for name, kind in database.tables(schema, "source").items()
        if (schema, name) not in PRIVATE and (schema != "configuration" or _is_published_configuration(name))
    ]
    found += [
        Relation(schema, name, False)
        for schema, name in SINGLE_TABLES
        if name in database.tables(schema, "source")
    ]
    # Views of the store before those of the marts, which read them.
    return sorted(found, key=lambda relation: (relation.is_view, relation.schema == MARTS))


def _stays_view(schema: str, name: str) -> bool:
    return schema in (MARTS, STORE) and name not in VIEWS_OF_PRIVATE and name not in ADDED


def _is_published_configuration(name: str) -> bool:
    """What the views of the marts read, and the seeds as they were: what other seeds are compared with."""
    return name == "seed_cells" or (name.startswith("config_") and name != "config_errors")


def described(database: Database, relation: Relation) -> MartRecord:
    """What a relation of the attached database `source` looks like; the rows of a view aren't counted."""
    source = relation.qualified_name("source")
    columns = database.columns(source)
    if relation.is_view:
        return MartRecord(None, columns, None)
    rows = int(database.value(f"select count(*) from {source}"))
    checksum = None
    if rows <= SMALL_ROWS and relation.name not in (*REPLACED, *ADDED):
        checksum = str(database.value(f"select cast(sum(hash(*columns(*))) as varchar) from {source}"))
    return MartRecord(rows, columns, checksum)


def write_all(
    database: Database, published: Mapping[Relation, MartRecord], say: Callable[[str], None]
) -> None:
    """Copy everything from the attached database `source` to the empty one `served`."""
    with database.transaction():
        for schema in sorted({relation.schema for relation in published}):
            database.execute(f"create schema served.{identifier(schema)}")
        for relation in published:
            if not relation.is_view:
                say(relation.name)
                _copy(database, relation)
    _make_views(database, published)


def update_all(
    database: Database,
    published: Mapping[Relation, MartRecord],
    changes: Changes,
    say: Callable[[str], None],
) -> dict[Relation, MartRecord]:
    """Bring the attached database `served` up to date with `source`.

    Returns:
        What is published, each with the number of rows replaced since it was last written whole.
    """
    with database.transaction():
        stays = {(relation.schema, relation.name) for relation in published if not relation.is_view}
        for schema in (*SCHEMAS, *(schema for schema, _ in SINGLE_TABLES)):
            for name, kind in database.tables(schema, "served").items():
                if kind == "VIEW" or (schema, name) not in stays:
                    kind = "view" if kind == "VIEW" else "table"
                    database.execute(f"drop {kind} served.{identifier(schema)}.{identifier(name)}")
        updated = {
            relation: _updated(database, relation, record, changes, say)
            for relation, record in published.items()
        }
    _make_views(database, published)
    return updated


def _updated(
    database: Database,
    relation: Relation,
    record: MartRecord,
    changes: Changes,
    say: Callable[[str], None],
) -> MartRecord:
    if relation.is_view:
        return record
    known = changes.base.marts.get(relation.key)
    alike = known is not None and known.same_columns(record)
    if known is not None and alike and known.same_rows(record):
        return replace(record, replaced_rows=known.replaced_rows)
    say(relation.name)
    if known is not None and alike and relation.schema == STORE and changes.share <= CHANGED_SHARE:
        replaced = None
        if relation.name in REPLACED:
            replaced = known.replaced_rows + _replace(database, relation, changes.contacts)
        elif relation.name in ADDED:
            replaced = _add(database, relation)
        few = replaced is not None and replaced <= (record.rows or 0) * REPLACED_SHARE
        if few and _agree(database, relation):
            return replace(record, replaced_rows=replaced or 0)
    _copy(database, relation)
    return replace(record, replaced_rows=0)


def _copy(database: Database, relation: Relation) -> None:
    served, source = relation.qualified_name("served"), relation.qualified_name("source")
    database.execute(f"create or replace table {served} as from {source}")


def _replace(database: Database, relation: Relation, contacts: str) -> int:
    served, source = relation.qualified_name("served"), relation.qualified_name("source")
    changed = f"where {KEY} in (select {KEY} from {contacts})"
    deleted = int(database.value(f"delete from {served} {changed}"))
    database.execute(f"insert into {served} by name from {source} {changed}")
    return deleted


def _add(database: Database, relation: Relation) -> int:
    served, source = relation.qualified_name("served"), relation.qualified_name("source")
    key = ADDED[relation.name]
    [(lowest, greatest)] = database.execute(
        f"""
        select coalesce(least(min({key}), 0), 0), coalesce(greatest(max({key}), 0), 0)
        from {served}
        """
    )
    database.execute(
        f"""
        insert into {served} by name
        from {source}
        where {key} > {int(greatest)} or {key} < {int(lowest)}
        """
    )
    return 0


def _agree(database: Database, relation: Relation) -> bool:
    """Whether rows and contacts agree: what no list of changed contacts is trusted for.

    Rows of ids are never taken away: an activity that was replaced leaves its number behind.
    """
    if relation.name == "int_activity_ids":
        return True
    served, source = (
        database.execute(f"select count(*), sum({KEY}) from {relation.qualified_name(catalog)}")
        for catalog in ("served", "source")
    )
    return served == source


def _make_views(database: Database, published: Mapping[Relation, MartRecord]) -> None:
    """The views of the marts, by the SQL that they have in `source`: it names schemas and no database.

    A view that reads something that isn't published, such as one that users made, becomes a table.
    """
    rows = database.execute(
        """
        select schema_name, view_name, sql
        from duckdb_views()
        where database_name = 'source' and schema_name in (?, ?)
        """,
        [MARTS, STORE],
    )
    texts = {(str(schema), str(name)): str(sql) for schema, name, sql in rows}
    for relation in published:
        if relation.is_view:
            database.execute("use served")
            try:
                database.execute(texts[relation.schema, relation.name])
            except LeadscoreError:
                _copy(database, relation)
            finally:
                database.execute("use memory")
