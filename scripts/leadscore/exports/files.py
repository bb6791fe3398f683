"""Files that are whole or not there: written beside their place, and renamed when all are done."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout

from leadscore.errors import DatabaseBusyError, LeadscoreError

WAIT_SECONDS = 10.0


class ExportRefusedError(LeadscoreError):
    """Files can't be written, or wouldn't be what the reader expects; nothing was exported."""


def file_stem(segment_id: str) -> str:
    """A segment's id as the beginning of a file's name: no two share one, and none leaves the folder."""
    stem = quote(segment_id, safe=" ", encoding="utf-8")
    return f"%2E{stem[1:]}" if stem.startswith(".") else stem


@contextmanager
def exclusive_folder(folder: Path) -> Iterator[None]:
    """Make a folder and keep other exports out of it.

    Raises:
        ExportRefusedError: It can't be written to.
        DatabaseBusyError: Another export is at work there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".leadscore-export.lock")
        lock.acquire(timeout=WAIT_SECONDS)
    except Timeout as error:
        raise DatabaseBusyError(
            f"another export is writing to {folder}", "Wait until it has finished, and try again."
        ) from error
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        lock.release()


class Draft:
    """A file that is written beside its place; whatever an interrupted export left there is removed.

    Attributes:
        place: Where it belongs.
        path: Where it is written.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self.path = place.with_name(f".{place.name}.tmp")
        self.path.unlink(missing_ok=True)

    def checksum(self) -> str:
        """SHA-256 of what was written, in hexadecimal."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def publish(self) -> None:
        """Put it in its place, on disk before its name is."""
        with self.path.open("rb+") as file:
            os.fsync(file.fileno())
        self.path.replace(self.place)
        folder = os.open(self.place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def discard(self) -> None:
        """Leave nothing behind."""
        self.path.unlink(missing_ok=True)


def _unwritable(folder: Path, error: OSError) -> ExportRefusedError:
    return ExportRefusedError(
        f"{folder} can't be written to: {error.strerror or error}",
        "Choose a folder that you may write to with --output.",
    )
