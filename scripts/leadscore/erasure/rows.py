"""Deleting a person's rows from the database, and nobody else's points with them."""

from collections.abc import Collection, Sequence

from leadscore.build.plan import finished_as_of
from leadscore.erasure.matcher import Matcher
from leadscore.erasure.person import Person
from leadscore.erasure.sql import WRITTEN_SCHEMAS, among_sql, relation_sql, stored_tables, text_sql
from leadscore.erasure.whole_rows import delete_whole_rows
from leadscore.raw.suppression import CONTACT, EMAIL, VISITOR, suppress, suppress_events
from leadscore.raw.tables import LOADED_AT, RAW_TABLES
from leadscore.storage.database import Database, identifier, literal

# The rows of one id: which of them counts, as the contract says.
KEYS = {
    "events": (("event_id",), "asc nulls last"),
    "transactions": (("transaction_id", "line_number"), "desc nulls first"),
    "score_adjustments": (("adjustment_id",), "desc nulls first"),
}


def erase_rows(database: Database, person: Person, nobody: Collection[str] = ()) -> dict[str, int]:
    """Erase a person from every table and put it on the suppression list, all at once or not at all.

    Args:
        database: The database.
        person: Who.
        nobody: What stands for visitors whom nobody knows, in lower case.

    Returns:
        Raw table -> how many rows were deleted.
    """
    with database.transaction():
        suppress(database, {CONTACT: person.ids, EMAIL: person.emails, VISITOR: person.visitors})
        for table in KEYS:
            if table in database.tables("raw"):
                _mark(database, table, person, nobody)
        _mark_visits(database, person)
        if "events" in database.tables("raw"):
            suppress_events(database, "select event_id from erased_events")
        before = _contacts(database)
        delete_whole_rows(database, person)
        counts = {
            table: _delete(database, table, person) for table in RAW_TABLES if table in database.tables("raw")
        }
        if counts.get("contacts") is not None:
            pointer = text_sql(database, "contacts", "merged_into")
            if pointer != "null::varchar":
                theirs = f"{pointer} in {among_sql(person.ids)}"
                database.execute(f"update raw.contacts set merged_into = null where {theirs}")
        _lower_baseline(database, before - _contacts(database))
        erase_mentions(database, Matcher(person))
    return counts


def _contacts(database: Database) -> int:
    if "contacts" not in database.tables("raw"):
        return 0
    ids = text_sql(database, "contacts", "contact_id")
    return int(database.value(f"select count(distinct {ids}) from raw.contacts"))


def _lower_baseline(database: Database, erased: int) -> None:
    """The next run doesn't miss who was erased (macro refuse_missing_and_shrunk), only others."""
    if "run_state" in database.tables("state") and "contacts" in database.columns("state.run_state"):
        database.execute(f"update state.run_state set contacts = greatest(contacts - {erased}, 0)")


def _staged_sql(database: Database, table: str, nobody: Collection[str]) -> str:
    """The typed rows of a raw table: as runs read them, or as well as can be before the first run."""
    if f"stg_{table}" in database.tables("staging"):
        return f"staging.stg_{table}"
    texts = []
    for column in (*RAW_TABLES[table].columns, LOADED_AT):
        text = text_sql(database, table, column)
        if column == "line_number":
            text = f"try_cast({text} as bigint)"
        elif column.endswith("_at"):
            text = f"try_cast({text} as timestamptz) at time zone 'UTC'"
        elif column == "anonymous_id":
            text = f"case when lower({text}) not in {among_sql(['', *nobody])} then {text} end"
        else:
            text = f"nullif({text}, '')"
        texts.append(f"{text} as {column}")
    return f"(select {', '.join(texts)} from raw.{table})"


def _mark(database: Database, table: str, person: Person, nobody: Collection[str]) -> None:
    """Of each id in the person's rows the row that counts.

    Duplicates of that id are deleted too, or one of them would take its place.
    """
    key, direction = KEYS[table]
    staged, keys = _staged_sql(database, table, nobody), ", ".join(key)
    order = ", ".join(f"{column} {direction}" for column in database.columns(staged))
    first = "asc" if direction.startswith("asc") else "desc"
    theirs = f"contact_id in {among_sql(person.ids)}"
    visitors, extra = "", ""
    if table == "events":
        visitors = f"or anonymous_id in (select anonymous_id from {staged} where {theirs})"
        extra = ", anonymous_id, occurred_at"
    database.execute(
        f"""
        create or replace temp table erased_{table} as
        with ranked as (
            select
                *,
                row_number() over (
                    partition by {keys} order by {LOADED_AT} {first}, {order}
                ) as place
            from {staged}
            where ({keys}) in (select {keys} from {staged} where {theirs} {visitors})
        )

        select {keys}, contact_id{extra}
        from ranked
        where place = 1
        """
    )


def _mark_visits(database: Database, person: Person) -> None:
    """Of visitors who were several contacts: the anonymous events that are the person's, as runs see it."""
    if "events" not in database.tables("raw"):
        return
    until, theirs = finished_as_of(database), f"contact_id in {among_sql(person.ids)}"
    known = f"occurred_at <= timestamp '{until:%Y-%m-%d %H:%M:%S.%f}'" if until else "true"
    database.execute(
        f"""
        create or replace temp table erased_events as
        with named as (
            select anonymous_id, occurred_at, min_by({theirs}, event_id) as is_person
            from erased_events
            where contact_id is not null and anonymous_id is not null and {known}
            group by anonymous_id, occurred_at
        ),

        visits as (
            select
                unnamed.event_id,
                coalesce(
                    min_by(named.is_person, named.occurred_at)
                        filter (where named.occurred_at >= unnamed.occurred_at),
                    max_by(named.is_person, named.occurred_at)
                ) as is_person
            from erased_events as unnamed
            inner join named on unnamed.anonymous_id = named.anonymous_id
            where unnamed.contact_id is null
            group by unnamed.event_id
        )

        select event_id, contact_id
        from erased_events
        where {theirs} or event_id in (select event_id from visits where is_person)
        """
    )


def _delete(database: Database, table: str, person: Person) -> int:
    contact = text_sql(database, table, "contact_id")
    nameless = f"coalesce({contact}, '') = ''"
    conditions = [f"{contact} in {among_sql(person.ids)}"]
    if table == "contacts":
        conditions.append(f"({nameless} and {_described_sql(database, person)})")
    else:
        key = ", ".join(KEYS[table][0])
        values = ", ".join(_key_sql(database, table, column) for column in KEYS[table][0])
        erased = f"select {key} from temp.erased_{table}"
        if table == "events":
            visitor = text_sql(database, table, "anonymous_id")
            conditions.append(f"({nameless} and {visitor} in {among_sql(person.visitors)})")
        else:
            erased += f" where contact_id in {among_sql(person.ids)}"
        conditions.append(f"({values}) in ({erased})")
    return int(database.value(f"delete from raw.{identifier(table)} where {' or '.join(conditions)}"))


def _described_sql(database: Database, person: Person) -> str:
    """Whether a contact's row without a contact_id is of the person."""
    texts = {
        column: f"trim({text_sql(database, 'contacts', column)})"
        for column in ("email", "phone", "first_name", "last_name", "birth_date", "postal_code")
    }
    found = [f"lower({texts['email']}) in {among_sql(person.emails)}"]
    found.append(f"{texts['phone']} in {among_sql(person.phones)}")
    for one, other, pairs in (
        ("first_name", "last_name", person.names),
        ("birth_date", "postal_code", person.births),
    ):
        found += [
            f"({texts[one]} = {literal(pair[0])} and {texts[other]} = {literal(pair[1])})" for pair in pairs
        ]
    return f"coalesce({' or '.join(found)}, false)"


def _key_sql(database: Database, table: str, column: str) -> str:
    text = text_sql(database, table, column)
    return f"try_cast({text} as bigint)" if column == "line_number" else text


def erase_mentions(database: Database, matcher: Matcher, but: Collection[str] = ()) -> None:
    """What else says something of the person: rows that runs made go, texts in other rows lose it.

    Args:
        database: The database.
        matcher: What to look for.
        but: Tables that stay as they are, by schema and name.
    """
    for schema, table in stored_tables(database):
        relation = relation_sql(database, schema, table)
        columns = database.columns(relation)
        if schema not in WRITTEN_SCHEMAS or f"{schema}.{table}" in but:
            continue
        if schema != "raw":
            database.execute(f"delete from {relation} where {matcher.own_rows_sql(columns)}")
        if database.execute(f"select 1 from {relation} where {matcher.condition_sql(columns)} limit 1"):
            _reword(database, relation, columns, matcher)


def _reword(database: Database, relation: str, columns: dict[str, str], matcher: Matcher) -> None:
    texts: Sequence[str] = [name for name, kind in columns.items() if kind in ("VARCHAR", "JSON")]
    for name in texts:
        column, condition = identifier(name), matcher.condition_sql({name: "VARCHAR"})
        for _ in range(3):  # a separator that two values share belongs to the first
            if not database.execute(f"select 1 from {relation} where {condition} limit 1"):
                break
            reworded = f"cast({matcher.without_sql(f'cast({column} as varchar)', name)} as {columns[name]})"
            database.execute(f"update {relation} set {column} = {reworded} where {condition}")
