"""The published folder: whole publications in a hidden folder, one of which the visible names lead to.

    published/
      leadscore.duckdb        -> .current/leadscore.duckdb
      contact_scores.parquet  -> .current/contact_scores.parquet
      .current                -> .publications/7
      .publications/6, 7

One rename of `.current` switches all files at one instant.
"""

import shutil
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from leadscore.publication.record import Publication, read_publication
from leadscore.settings import PUBLICATIONS, PUBLISHED_NAME
from leadscore.storage.access import make_folder
from leadscore.storage.database import file_literal
from leadscore.storage.files import files_below, sync_file, sync_folder
from leadscore.storage.searchable import SearchableFile, SearchKind

DATABASE = PUBLISHED_NAME
BUILDING = ".building"
# A reader that has looked up a name needs a moment to open the file behind it.
GRACE = timedelta(seconds=10)


class PublicationFolder:
    """A published folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = path / PUBLICATIONS
        self.pointer = path / ".current"
        self.building = self.store / BUILDING

    def of(self, number: int) -> Path:
        """The folder of a publication."""
        return self.store / str(number)

    def numbers(self) -> list[int]:
        """The publications that are there, oldest first."""
        found = self.store.iterdir() if self.store.is_dir() else ()
        return sorted(int(folder.name) for folder in found if folder.name.isdecimal())

    def current(self) -> int | None:
        """The publication that readers see."""
        try:
            if self.pointer.is_symlink():
                number = int(self.pointer.readlink().name)
            else:
                number = int(self.pointer.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return number if self.of(number).is_dir() else None

    def last(self) -> Publication | None:
        """What the publication that readers see says of itself."""
        number = self.current()
        return None if number is None else read_publication(self.of(number))

    def before(self, number: int) -> Publication | None:
        """What the newest publication before one says of itself, if its database is still there."""
        earlier = [other for other in self.numbers() if other < number]
        if not earlier or not (self.of(earlier[-1]) / DATABASE).is_file():
            return None
        return read_publication(self.of(earlier[-1]))

    def files(self) -> list[SearchableFile]:
        """All files of all publications, once each: the names that readers know lead to them."""
        return [_searchable(file) for file in sorted(files_below(self.path))]

    def start(self) -> int:
        """Make an empty place for the next publication, and return its number.

        What a publication that was killed has left is removed, of the former layout too.
        """
        make_folder(self.store)
        self.abandon()
        if self.pointer.is_dir() and not self.pointer.is_symlink():
            shutil.rmtree(self.pointer)  # the folder is a copy that followed links; its files are plain ones
        current = self.current()
        for number in self.numbers():
            if current is not None and number > current:  # complete, but readers were never led there
                shutil.rmtree(self.of(number), ignore_errors=True)
        for leftover in (*self.path.glob(".*.tmp"), *self.path.glob(".*.tmp.wal")):
            leftover.unlink(missing_ok=True)
        self.building.mkdir(mode=0o700)
        return max(self.numbers(), default=0) + 1

    def abandon(self) -> None:
        """Remove a publication that doesn't come to its end."""
        shutil.rmtree(self.building, ignore_errors=True)

    def finish(self, number: int) -> None:
        """Give the publication its place, with everything on disk before readers are led there."""
        for file in self.building.iterdir():
            sync_file(file)
        sync_folder(self.building)
        self.building.rename(self.of(number))
        sync_folder(self.store)

    def clean(self, now: datetime, *, keep_earlier: bool = True) -> None:
        """Remove old publications: all but the current one, the one before, and any that readers just saw.

        Args:
            now: The time.
            keep_earlier: Whether any but the current one may stay.
        """
        current = self.current()
        numbers = [number for number in self.numbers() if current is not None and number <= current]
        for number, follower in pairwise(numbers):
            followed = read_publication(self.of(follower))
            # In size, because clocks are also set back.
            just_seen = followed is not None and abs(now - followed.published_at) <= GRACE
            if not keep_earlier or not (follower == current or just_seen):
                shutil.rmtree(self.of(number), ignore_errors=True)


def _searchable(file: Path) -> SearchableFile:
    match file.suffix:
        case ".duckdb":
            return SearchableFile(file, file, SearchKind.DATABASE)
        case ".parquet":
            return SearchableFile(file, file.parent, SearchKind.ROWS, f"read_parquet({file_literal(file)})")
    return SearchableFile(file, file, SearchKind.BYTES)
