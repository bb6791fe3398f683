"""What rows tell of a person besides ids, addresses and numbers: what is told of nobody else."""

import re
from collections.abc import Sequence

from leadscore.erasure.sql import among_sql, known_rows_sql
from leadscore.storage.database import Database

# A name of fewer letters (`Al Li`) stands in too many texts that mean something else.
NAME_PART, WHOLE_NAME = 2, 5
NOT_NAMES = {"n/a", "na", "none", "null", "unknown", "test", "anonymous", "[not provided]"}
Pairs = tuple[tuple[str, str], ...]


def names_of(database: Database, ids: Sequence[str]) -> Pairs:
    """The person's first and last names; a whole name in one column is taken apart."""
    found = []
    for first, last in _pairs(database, ids, ("first_name", "last_name")):
        if not (first and last):
            first, _, last = (first or last).partition(" ")
        parts = (first.strip(), last.strip())
        letters = [sum(letter.isalpha() for letter in part) for part in parts]
        telling = min(letters) >= NAME_PART and sum(letters) >= WHOLE_NAME
        if telling and NOT_NAMES.isdisjoint(part.lower() for part in parts):
            found.append(parts)
    return _of_nobody_else(database, ids, ("first_name", "last_name"), found)


def births_of(database: Database, ids: Sequence[str]) -> Pairs:
    """The person's birth dates and postal codes, as written and as runs write dates."""
    found = []
    for date, code in _pairs(database, ids, ("birth_date", "postal_code")):
        if re.search(r"(\d\D*){6}", date) and len(code) >= 4:
            found.append((date, code))
            [(as_run,)] = database.execute("select cast(try_cast(? as date) as varchar)", [date])
            if as_run is not None:
                found.append((str(as_run), code))
    return _of_nobody_else(database, ids, ("birth_date", "postal_code"), found)


def countries_of(database: Database, ids: Sequence[str]) -> tuple[str, ...]:
    """The person's countries, in lower case."""
    return tuple(dict.fromkeys(country.lower() for country, _ in _pairs(database, ids, ("country",) * 2)))


def _pairs(database: Database, ids: Sequence[str], columns: tuple[str, str]) -> list[tuple[str, str]]:
    first, second = columns
    rows = database.execute(
        f"""
        select distinct coalesce(trim({first}), ''), coalesce(trim({second}), '')
        from {_contacts_sql(database, columns)} as known
        where contact_id in {among_sql(ids)}
        order by all
        """
    )
    return [(str(one), str(other)) for one, other in rows if one or other]


def _of_nobody_else(
    database: Database, ids: Sequence[str], columns: tuple[str, str], pairs: Sequence[tuple[str, str]]
) -> Pairs:
    """Those that no other contact has: what a namesake is called, or a twin, says nothing of the person."""
    first, second = (f"lower(trim({column}))" for column in columns)
    return tuple(
        pair
        for pair in dict.fromkeys(pairs)
        if not database.execute(
            f"""
            select 1
            from {_contacts_sql(database, columns)} as known
            where
                contact_id != ''
                and contact_id not in {among_sql(ids)}
                and (
                    ({first} = lower(?) and {second} = lower(?))
                    or concat_ws(' ', nullif({first}, ''), nullif({second}, '')) = lower(?)
                )
            limit 1
            """,
            [*pair, " ".join(pair)],
        )
    )


def _contacts_sql(database: Database, columns: Sequence[str]) -> str:
    return known_rows_sql(database, "contacts", tuple(dict.fromkeys(["contact_id", *columns])))
