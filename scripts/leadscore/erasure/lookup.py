"""Looking up who is meant by a contact, in the raw tables and in what runs read of vendors' tables."""

import re
from collections.abc import Collection, Mapping, Sequence

from leadscore.erasure.description import births_of, countries_of, names_of
from leadscore.erasure.person import Person
from leadscore.erasure.sql import SOURCE_ROWS, among_sql, known_rows_sql
from leadscore.errors import UsageMistakeError
from leadscore.raw.tables import RAW_TABLES
from leadscore.storage.database import Database

# What is no address or number (`none`, `n/a`, `-`) stands for nobody: it only goes with its row.
SHAPES = {"email": re.compile(r"^[^\s@]+@[^\s@]+$"), "phone": re.compile(r"(\d\D*){7}")}


def find_person(database: Database, contact_id: str, nobody: Collection[str] = ()) -> Person | None:
    """The person behind a contact; None if no row names it.

    Args:
        database: The database.
        contact_id: The contact, as runs read ids.
        nobody: What stands for visitors whom nobody knows, in lower case.

    Raises:
        UsageMistakeError: The contact is merged into another: that one is the person.
    """
    if not _is_named(database, contact_id):
        return None
    ids = _ids(database, contact_id)
    named: dict[str, list[str]] = {"email": [], "phone": []}
    shared: list[str] = []
    for column, texts in named.items():
        for value in _values(database, "contacts", "contact_id", ids, column):
            text = value.strip().lower() if column == "email" else value.strip()
            if not SHAPES[column].search(text) or text in texts or text in shared:
                continue
            others = _others(database, column, text, ids)
            (shared if others else texts).append(text)
    return Person(
        contact_id=contact_id,
        ids=tuple(ids),
        emails=tuple(named["email"]),
        phones=tuple(named["phone"]),
        visitors=tuple(_visitors(database, ids, nobody)),
        segments=tuple(_segments(database, ids)),
        shared=tuple(shared),
        names=names_of(database, ids),
        births=births_of(database, ids),
        countries=countries_of(database, ids),
        on_file=tuple(_on_file(database, ids, shared)),
    )


def _is_named(database: Database, contact_id: str) -> bool:
    """Whether a row names the contact: of a raw table, of a vendor, or one that a vendor had before."""
    if any(_values(database, table, "contact_id", [contact_id], "contact_id") for table in RAW_TABLES):
        return True
    return SOURCE_ROWS in database.tables("state") and bool(
        database.execute("select 1 from store.int_contact_keys where contact_id = ?", [contact_id])
    )


def _values(
    database: Database, table: str, column: str, values: Collection[str], wanted: str
) -> Sequence[str]:
    rows = database.execute(
        f"""
        select distinct {wanted} as value
        from {known_rows_sql(database, table, tuple(dict.fromkeys([column, wanted])))} as known
        where {column} in {among_sql(values)}
        order by value
        """
    )
    return [str(value) for (value,) in rows if value is not None]


def _others(database: Database, column: str, text: str, ids: Sequence[str]) -> bool:
    """Whether a contact that is somebody else has this address or number too."""
    written = f"lower(trim({column}))" if column == "email" else f"trim({column})"
    return bool(
        database.execute(
            f"""
            select 1
            from {known_rows_sql(database, "contacts", ("contact_id", column))} as known
            where {written} = ? and contact_id != '' and contact_id not in {among_sql(ids)}
            limit 1
            """,
            [text],
        )
    )


def _ids(database: Database, contact_id: str) -> list[str]:
    pointers = _pointers(database)
    walked, reached = [contact_id], pointers.get(contact_id)
    while reached is not None and reached not in walked:
        walked.append(reached)
        reached = pointers.get(reached)
    in_loop = len(walked) > 1 and reached == contact_id
    if len(walked) > 1 and not in_loop:
        raise UsageMistakeError(
            f"{contact_id!r} is merged into {walked[1]!r}: they are one person",
            f"Forget {walked[-1]!r}, with all that is merged into it.",
        )
    ids, loop = [contact_id], set(walked[1:])  # in a loop nobody is merged
    for known in ids:
        ids += sorted(c for c, into in pointers.items() if into == known and c not in ids and c not in loop)
    return ids


def _pointers(database: Database) -> Mapping[str, str]:
    """Contact -> the contact that its current version is merged into; only those that have arrived."""
    columns = ("contact_id", "merged_into", "created_at", "updated_at", "loaded_at")
    rows = database.execute(
        f"""
        with versions as (
            select * from {known_rows_sql(database, "contacts", columns)} as known
        ),

        ordered as (
            select
                contact_id,
                coalesce(merged_into, '') as merged_into,
                (
                    coalesce(try_cast(updated_at as timestamptz), try_cast(created_at as timestamptz)),
                    loaded_at
                ) as version
            from versions
            where contact_id in (select contact_id from versions where merged_into != '')
        ),

        latest as (
            select contact_id, nullif(max_by(merged_into, version), '') as into_id
            from ordered
            group by contact_id
        )

        select contact_id, into_id
        from latest
        where into_id in (select contact_id from versions)
        """
    )
    return {str(contact): str(into) for contact, into in rows}


def _visitors(database: Database, ids: Sequence[str], nobody: Collection[str]) -> list[str]:
    rows = database.execute(
        f"""
        with events as (
            select * from {known_rows_sql(database, "events", ("contact_id", "anonymous_id"))} as known
        )

        select anonymous_id
        from events
        where
            lower(anonymous_id) not in {among_sql(["", *nobody])}
            and anonymous_id in (select anonymous_id from events where contact_id in {among_sql(ids)})
        group by anonymous_id
        having bool_and(coalesce(contact_id, '') in {among_sql(["", *ids])})
        order by anonymous_id
        """
    )
    return [str(row[0]) for row in rows]


def _segments(database: Database, ids: Sequence[str]) -> list[str]:
    if "segment_changes" not in database.tables("marts"):
        return []
    rows = database.execute(
        f"""
        select distinct segment_id
        from marts.segment_changes
        where contact_id in {among_sql(ids)}
        order by segment_id
        """
    )
    return [str(row[0]) for row in rows]


def _on_file(database: Database, ids: Sequence[str], shared: Sequence[str]) -> list[tuple[str, str]]:
    """The address that receivers know each id by; not one that others have too: it would remove these."""
    if "segment_contacts" not in database.tables("marts"):
        return []
    if "email_on_file" not in database.columns("marts.segment_contacts"):
        return []  # of runs by an earlier version
    rows = database.execute(
        f"""
        select contact_id, email_on_file
        from marts.segment_contacts
        where contact_id in {among_sql(ids)} and lower(trim(email_on_file)) not in {among_sql(["", *shared])}
        order by contact_id
        """
    )
    return [(str(contact), str(address)) for contact, address in rows]
