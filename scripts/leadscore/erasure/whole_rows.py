"""Rows that hold a whole row of somebody as text, such as those of `rejected_rows`: they go with it."""

from leadscore.erasure.person import Person
from leadscore.erasure.sql import WRITTEN_SCHEMAS, among_sql, relation_sql, stored_tables, text_sql
from leadscore.raw.tables import RAW_TABLES
from leadscore.storage.database import Database, identifier

# The ids of a row, as it holds them itself or as its table tells beside it.
KEYS = {"event_id": "events", "adjustment_id": "score_adjustments", "transaction_id": "transactions"}


def delete_whole_rows(database: Database, person: Person) -> None:
    """Delete what holds a row of the person as text, wherever runs keep such a thing.

    The caller has marked the person's events, transactions and edits, and not yet deleted them:
    rows that couldn't be read are in raw tables only. Rewording addresses won't do: the rest of such a text,
    a name, a town, a birth date, tells of the person as well.
    """
    _mark_keys(database, person)
    for schema, table in stored_tables(database):
        if schema == "raw" or schema not in WRITTEN_SCHEMAS:
            continue
        relation = relation_sql(database, schema, table)
        columns = database.columns(relation)
        found = [
            _is_theirs_sql(person, identifier(name))
            for name, kind in columns.items()
            if kind in ("VARCHAR", "JSON")
        ]
        if {"source_table", "row_key"} <= set(columns):
            found.append("(source_table, row_key) in (select (source_table, row_key) from temp.erased_keys)")
        if found:
            database.execute(f"delete from {relation} where coalesce({' or '.join(found)}, false)")


def _mark_keys(database: Database, person: Person) -> None:
    """The ids of all raw rows of the person, as tables name them beside a row."""
    database.execute("create or replace temp table erased_keys (source_table varchar, row_key varchar)")
    for table in RAW_TABLES:
        if table not in database.tables("raw"):
            continue
        key = {name: column for column, name in KEYS.items()}.get(table, "contact_id")
        written = text_sql(database, table, key)
        theirs = f"{text_sql(database, table, 'contact_id')} in {among_sql(person.ids)}"
        if table == "events":
            visitor = text_sql(database, table, "anonymous_id")
            theirs += f" or {written} in (select event_id from temp.erased_events)"
            theirs += f" or {visitor} in {among_sql(person.visitors)}"
        if table == "transactions":
            written = (
                f"coalesce({written}, '') || ':' || coalesce({text_sql(database, table, 'line_number')}, '')"
            )
        database.execute(
            f"""
            insert into erased_keys
            select distinct {"'" + table + "'"}, {written}
            from raw.{identifier(table)}
            where ({theirs}) and {written} is not null
            """
        )


def _is_theirs_sql(person: Person, column: str) -> str:
    """Whether a text is the JSON of one of the person's rows, by what that row says itself."""

    def cell(name: str) -> str:
        return f"json_extract_string(case when {is_object} then {column} end, '$.{name}')"

    is_object = f"left(ltrim({column}), 1) = '{{' and json_valid({column})"
    events, edits = (
        f"select row_key from temp.erased_keys where source_table = '{table}'"
        for table in ("events", "score_adjustments")
    )
    return f"""
        case
            when {is_object}
                then {cell("contact_id")} in {among_sql(person.ids)}
                    or {cell("event_id")} in ({events})
                    or {cell("adjustment_id")} in ({edits})
                    or (
                        coalesce({cell("contact_id")}, '') = ''
                        and (
                            lower(trim({cell("email")})) in {among_sql(person.emails)}
                            or trim({cell("phone")}) in {among_sql(person.phones)}
                            or {cell("anonymous_id")} in {among_sql(person.visitors)}
                        )
                    )
            else false
        end
    """
