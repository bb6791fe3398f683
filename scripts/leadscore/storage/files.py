"""Files that are whole or not there: written beside their place, synced, and renamed when complete.

A rename to a place that is a link replaces the link. That is right where others may have put it (a folder of
exports). Files of which nothing old may stay behind it are given by their real path: the database, logs.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from leadscore.storage.access import PRIVATE, keep_access

SCRATCH = ".scratch.tmp"


class Draft:
    """A file that is written beside its place; whatever an interrupted command left there is removed.

    Attributes:
        place: Where it belongs.
        path: Where it is written.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self.path = place.with_name(f".{place.name}.tmp")
        self.path.unlink(missing_ok=True)

    def publish(self) -> None:
        """Put it in its place."""
        replace_file(self.path, self.place)

    def discard(self) -> None:
        """Leave nothing behind."""
        self.path.unlink(missing_ok=True)


def write_atomically(place: Path, content: bytes, *, beside: Path, mode: int | None = None) -> None:
    """Write a file of which nobody ever sees a half, whatever happens meanwhile.

    Args:
        place: Where it belongs.
        content: All of it.
        beside: Where it is written first, in the same folder.
        mode: Its permissions; None: those of the file that it replaces, or its owner's alone.
    """
    beside.unlink(missing_ok=True)  # what a killed command left may be open to others
    with open(beside, "wb", opener=partial(os.open, mode=mode or PRIVATE)) as file:
        file.write(content)
    if mode is None:
        keep_access(beside, place)
    replace_file(beside, place)


@contextmanager
def scratch_file(database: Path, name: str) -> Iterator[Path]:
    """A private file beside a database, under its lock; gone afterwards, also what a killed command left.

    Args:
        database: The database.
        name: What tells it from other files beside it.
    """
    path = database.with_name(f"{database.name}.{name}{SCRATCH}")
    path.unlink(missing_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
        yield path
    finally:
        path.unlink(missing_ok=True)


def remove_scratch(database: Path) -> None:
    """Remove what killed commands left beside a database; the caller holds its lock."""
    for path in database.parent.iterdir():
        if path.name.startswith(f"{database.name}.") and path.name.endswith(SCRATCH):
            path.unlink(missing_ok=True)


def replace_file(written: Path, place: Path) -> None:
    """Rename a file to its place: atomic, with its bytes on disk before its name is."""
    _replace({written: place})


def publish_together(drafts: Sequence[Draft]) -> None:
    """Put files in their places that tell of each other: nothing but renames between the first and the last.

    A command that is killed just there leaves some of them new; whoever writes them next puts that right.

    Args:
        drafts: The files, in the order in which they get their places.
    """
    _replace({draft.path: draft.place for draft in drafts})


def _replace(places: Mapping[Path, Path]) -> None:
    for written in places:
        sync_file(written)
    for written, place in places.items():
        written.replace(place)
    for folder in {place.parent for place in places.values()}:
        sync_folder(folder)


def sync_file(file: Path) -> None:
    """Have a file's bytes on disk."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on disk, where folders can be opened."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def checksum(file: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def link_or_copy(source: Path, place: Path) -> None:
    """Give a file a second name, or copy it, with its mode, where the file system can't."""
    try:
        place.hardlink_to(source)
    except (OSError, NotImplementedError):
        copy_file(source, place)
        keep_access(place, source)


def copy_file(source: Path, place: Path) -> None:
    """Copy a file's bytes; file systems that share blocks do so without reading them."""
    copy_range: Callable[[int, int, int], int] | None = getattr(os, "copy_file_range", None)
    if copy_range is not None:
        with suppress(OSError), source.open("rb") as file, place.open("wb") as copy:
            while copy_range(file.fileno(), copy.fileno(), 1 << 30):
                pass
            if file.seek(0, os.SEEK_END) == copy.seek(0, os.SEEK_END):
                return
    shutil.copyfile(source, place)


def files_below(folder: Path, *, but: Callable[[Path], bool] = lambda folder: False) -> Iterator[Path]:
    """Every file of a folder and its sub-folders, also where links lead; each once, by a name of its own.

    Args:
        folder: The folder; nothing if it isn't there.
        but: Sub-folders that are left out.

    Raises:
        OSError: A folder can't be listed; what is in it isn't known then.
    """
    seen: set[Path] = {folder.resolve()}
    folders: list[Path] = [folder] if folder.is_dir() else []
    links: list[Path] = []
    while folders or links:
        if not folders:  # links last: what has a name of its own here has had its turn
            path = links.pop(0)
            if path.resolve() in seen:
                continue
            seen.add(path.resolve())
            if path.is_file():
                yield path
            elif path.is_dir() and not but(path):
                folders.append(path)
            continue
        for path in sorted(folders.pop(0).iterdir()):
            if path.is_symlink():
                links.append(path)
            elif path.is_dir():
                if path.resolve() not in seen and not but(path):
                    folders.append(path)
                seen.add(path.resolve())
            elif path.is_file() and path.resolve() not in seen:
                seen.add(path.resolve())
                yield path
