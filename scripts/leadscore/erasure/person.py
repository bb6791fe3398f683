"""Who is meant by a contact: its id, all ids that are merged into it, and what else names the person."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from leadscore.errors import DamagedRecordError
from leadscore.storage.files import write_atomically
from leadscore.storage.records import from_json


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
        names: First and last names, as written, that no other contact has together.
        births: Birth dates and postal codes, as written, that no other contact has together.
        countries: Where the numbers are from, for the form in which platforms know them.
        on_file: Each id with the address that receivers know it by.
        notified: Receivers that were told of the person by notifications, which can't be taken back.
    """

    contact_id: str
    ids: tuple[str, ...]
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    visitors: tuple[str, ...]
    segments: tuple[str, ...]
    shared: tuple[str, ...]
    names: tuple[tuple[str, str], ...] = ()
    births: tuple[tuple[str, str], ...] = ()
    countries: tuple[str, ...] = ()
    on_file: tuple[tuple[str, str], ...] = ()
    notified: tuple[str, ...] = ()

    def with_what_is_known(self, other: "Person") -> "Person":
        """The same person, with what both tell: rows that came meanwhile may tell more than was known."""
        return Person(
            self.contact_id,
            *(
                tuple(dict.fromkeys([*getattr(self, part.name), *getattr(other, part.name)]))
                for part in fields(self)[1:]
            ),
        )


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
        write_atomically(self.path, json.dumps(asdict(person)).encode(), beside=beside, mode=0o600)

    def clear(self) -> None:
        """Leave nothing of it, in its bytes either."""
        for file in (self.path, self.path.with_name(f"{self.path.name}.new")):
            with suppress(FileNotFoundError), file.open("rb+") as opened:
                opened.write(b" " * file.stat().st_size)
                opened.flush()
                os.fsync(opened.fileno())
            file.unlink(missing_ok=True)
