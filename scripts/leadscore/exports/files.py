"""Where an export writes: a folder for one export at a time, and what its files are called."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout

from leadscore.errors import DatabaseBusyError, LeadscoreError
from leadscore.exports.placing import put_back
from leadscore.storage.access import make_folder

FOLDER_WAIT_SECONDS = 10.0
LOCK = ".leadscore-export.lock"


class ExportRefusedError(LeadscoreError):
    """Files can't be written, or wouldn't be what the reader expects; nothing was exported."""


def file_stem(segment_id: str) -> str:
    """A segment's id as the beginning of a file's name: no two share one, and none leaves the folder."""
    stem = quote(segment_id, safe=" ", encoding="utf-8")
    return f"%2E{stem[1:]}" if stem.startswith(".") else stem


@contextmanager
def exclusive_folder(folder: Path) -> Iterator[None]:
    """Make a folder and keep other exports out of it; what one that stopped left is put back.

    Raises:
        ExportRefusedError: It can't be written to.
        DatabaseBusyError: Another export is at work there.
        DamagedRecordError: What one that stopped left can't be read.
    """
    try:
        make_folder(folder)
        lock = FileLock(folder / LOCK)
        lock.acquire(timeout=FOLDER_WAIT_SECONDS)
    except Timeout as error:
        raise DatabaseBusyError(
            f"another export is writing to {folder}", "Wait until it has finished, and try again."
        ) from error
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        put_back(folder)
        try:
            yield
        finally:
            put_back(folder)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        lock.release()


def _unwritable(folder: Path, error: OSError) -> ExportRefusedError:
    return ExportRefusedError(
        f"{folder} can't be written to: {error.strerror or error}",
        "Make room on the disk, or choose a folder that you may write to with --output; then export again.",
    )
