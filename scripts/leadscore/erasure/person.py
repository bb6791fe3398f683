"""Who is meant by a contact: its id, all ids that are merged into it, and what else names the person."""

import json
import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from leadscore.errors import DamagedRecordError, UsageMistakeError
from leadscore.raw.tables import RAW_TABLES
from leadscore.storage.database import Database, identifier, literal
from leadscore.storage.records import from_json

# What is no address or number (`none`, `n/a`, `-`) stands for nobody: it only goes with its row.
SHAPES = {"email": re.compile(r"^[^\s@]+@[^\s@]+$"), "phone": re.compile(r"(\d\D*){7}")}


@dataclass(frozen=True)
class Person:
    """Somebody who is to be erased.

    Attributes:
        contact_id: The contact that was asked for.
        ids: It, and all contacts that are merged into it.
        emails: Their addresses, in lower case, of all versions; those that another contact has too aside.
        phones: Their numbers as written, those that another contact has too aside.
        visitors: The visitors (anonymous_id) that were never identified as anybody else.
        segments: The segments that they are or were in.
        shared: Addresses and numbers that other contacts have too: these stay.
    """

    contact_id: str
    ids: tuple[str, ...]
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    visitors: tuple[str, ...]
    segments: tuple[str, ...]
    shared: tuple[str, ...]


def find_person(database: Database, contact_id: str) -> Person | None:
    """The person behind a contact; None if no raw row names it.

    Raises:
        UsageMistakeError: The contact is merged into another: that one is the person.
    """
    if not any(_values(database, table, "contact_id", [contact_id], "contact_id") for table in RAW_TABLES):
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
        visitors=tuple(_visitors(database, ids)),
        segments=tuple(_segments(database, ids)),
        shared=tuple(shared),
    )


def text_of(database: Database, table: str, column: str) -> str:
    """The SQL of a raw column as text; null if the table hasn't got it."""
    if table not in database.tables("raw"):
        return "null"
    present = {name.lower(): name for name in database.columns(f"raw.{identifier(table)}")}
    return f"cast({identifier(present[column])} as varchar)" if column in present else "null::varchar"


def among(values: Iterable[str]) -> str:
    """A list of texts as SQL, never empty."""
    return f"({', '.join(map(literal, values)) or 'null'})"


def _values(
    database: Database, table: str, column: str, values: Collection[str], wanted: str
) -> Sequence[str]:
    if table not in database.tables("raw"):
        return []
    rows = database.execute(
        f"select distinct {text_of(database, table, wanted)} as value from raw.{identifier(table)} "
        f"where {text_of(database, table, column)} in {among(values)} order by value"
    )
    return [str(value) for (value,) in rows if value is not None]


def _others(database: Database, column: str, text: str, ids: Sequence[str]) -> bool:
    """Whether a contact that is somebody else has this address or number too."""
    written = f"trim({text_of(database, 'contacts', column)})"
    written = f"lower({written})" if column == "email" else written
    owner = text_of(database, "contacts", "contact_id")
    return bool(
        database.execute(
            f"select 1 from raw.contacts where {written} = ? and {owner} != '' "
            f"and {owner} not in {among(ids)} limit 1",
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
    if "contacts" not in database.tables("raw"):
        return {}
    columns = ("contact_id", "merged_into", "created_at", "updated_at", "loaded_at")
    texts = ", ".join(f"{text_of(database, 'contacts', name)} as {name}" for name in columns)
    version = "coalesce(try_cast(updated_at as timestamptz), try_cast(created_at as timestamptz)), loaded_at"
    rows = database.execute(
        f"with versions as (select {texts} from raw.contacts), "
        f"current as (select contact_id, nullif(max_by(coalesce(merged_into, ''), ({version})), '') "
        "as into_id from versions where contact_id in "
        "(select contact_id from versions where merged_into != '') group by contact_id) "
        "select contact_id, into_id from current where into_id in (select contact_id from versions)"
    )
    return {str(contact): str(into) for contact, into in rows}


def _visitors(database: Database, ids: Sequence[str]) -> list[str]:
    if "events" not in database.tables("raw"):
        return []
    contact, visitor = (text_of(database, "events", name) for name in ("contact_id", "anonymous_id"))
    theirs = f"select {visitor} from raw.events where {contact} in {among(ids)}"
    only_theirs = f"bool_and(coalesce({contact}, '') in {among(['', *ids])})"
    rows = database.execute(
        f"select {visitor} as visitor from raw.events where {visitor} != '' and {visitor} in ({theirs}) "
        f"group by visitor having {only_theirs} order by visitor"
    )
    return [str(row[0]) for row in rows]


def _segments(database: Database, ids: Sequence[str]) -> list[str]:
    if "segment_changes" not in database.tables("marts"):
        return []
    query = (
        f"select distinct segment_id from marts.segment_changes where contact_id in {among(ids)} order by 1"
    )
    return [str(row[0]) for row in database.execute(query)]


class Pending:
    """Who is being erased, beside the database, until nothing is left: what a killed command goes on from."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(f"{database.name}.forget.json")

    def read(self) -> Person | None:
        """The person whose erasure hasn't come to its end.

        Raises:
            DamagedRecordError: It isn't known any more who that is.
        """
        try:
            return from_json(Person, self.path.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise DamagedRecordError(
                f"an erasure was interrupted, but {self.path} doesn't say of whom: {error}",
                "Remove it and give the interrupted `leadscore forget` again; "
                "look for the addresses in exports yourself.",
            ) from error

    def write(self, person: Person) -> None:
        """Remember a person, on disk before anything is erased."""
        beside = self.path.with_name(f"{self.path.name}.new")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(person), file)
            file.flush()
            os.fsync(descriptor)
        beside.replace(self.path)

    def clear(self) -> None:
        """Leave nothing of it, in its bytes either."""
        for file in (self.path, self.path.with_name(f"{self.path.name}.new")):
            with suppress(FileNotFoundError), file.open("rb+") as opened:
                opened.write(b" " * file.stat().st_size)
                opened.flush()
                os.fsync(opened.fileno())
            file.unlink(missing_ok=True)
