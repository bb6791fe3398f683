"""The DuckDB files that a publication may build upon, and the contacts whose rows they have to renew."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadscore.publication.folder import DATABASE, GRACE, PublicationFolder
from leadscore.publication.record import Publication
from leadscore.publication.tables import KEY, STORE, Changes
from leadscore.storage.database import Database, file_literal, literal
from leadscore.storage.files import copy_file

# Hidden, so that readers don't take it for a mart.
MOVED = ".moved_contacts.parquet"
MOVED_MODEL = "run_moved"


@dataclass(frozen=True)
class Base:
    """A file to build upon.

    Attributes:
        publication: What the file holds.
        file: The file.
        is_spare: Whether no reader is led there any more, so that it may be taken and changed itself.
        moved: The files with the contacts that moved since.
    """

    publication: Publication
    file: Path
    is_spare: bool
    moved: Sequence[Path]

    def bring(self, place: Path) -> None:
        """Put it where the next publication is being written."""
        if self.is_spare:
            self.file.replace(place)
        else:
            copy_file(self.file, place)

    def changes(self, database: Database) -> Changes:
        """Which contacts' rows it has to renew."""
        files = ", ".join(file_literal(file) for file in self.moved)
        database.execute(
            f"""
            create or replace temp table changed_contacts as
            select distinct {KEY} from read_parquet([{files}])
            """
        )
        changed = int(database.value("select count(*) from changed_contacts"))
        return Changes(self.publication, "temp.changed_contacts", changed / max(1, _contacts(database)))


def keep_moved_contacts(database: Database, folder: Path) -> int | None:
    """Keep the list of contacts that this run moved, for this publication and the next.

    Returns:
        How many they are; None if there is no such list.
    """
    if MOVED_MODEL not in database.tables("state", "source"):
        return None
    contacts = f"select {KEY} from source.state.{MOVED_MODEL}"
    return int(database.value(f"copy ({contacts}) to {literal(folder / MOVED)} (format parquet)"))


def bases(folder: PublicationFolder, last: Publication, now: datetime) -> Iterator[Base]:
    """The files to build upon, the best first.

    Best is the one from before the last publication: it needs no copy, but renews the contacts of two runs.
    It is left alone as long as a reader may be about to open it. The next best is a copy of the last one.

    Args:
        folder: The published folder, with the moved contacts of this run in `building`.
        last: The last publication, made by the run before this one.
        now: The time.
    """
    moved = folder.building / MOVED
    spare = folder.before(last.number)
    moved_last = folder.of(last.number) / MOVED
    if (
        spare is not None
        and spare.precedes(last, last.database)
        and moved_last.is_file()
        and abs(now - last.published_at) > GRACE
    ):
        yield Base(spare, folder.of(spare.number) / DATABASE, True, (moved_last, moved))
    yield Base(last, folder.of(last.number) / DATABASE, False, (moved,))


def _contacts(database: Database) -> int:
    if "int_contact_keys" not in database.tables(STORE, "source"):
        return 0
    return int(database.value(f"select count(*) from source.{STORE}.int_contact_keys"))
