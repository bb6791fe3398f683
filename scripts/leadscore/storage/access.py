"""Who may open files: their owner alone, unless `LEADSCORE_FILE_MODE` or a chmod says otherwise."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from leadscore.errors import UsageMistakeError
from leadscore.settings import Variable, said

PRIVATE = 0o600
OTHERS = 0o077


@contextmanager
def private_files() -> Iterator[None]:
    """What is made meanwhile is its owner's alone from the first byte, by DuckDB and dbt too."""
    before = os.umask(OTHERS)
    try:
        yield
    finally:
        os.umask(before)


def shared_mode() -> int:
    """The mode of published and exported files, as `LEADSCORE_FILE_MODE` says; 0600 if it says nothing.

    Raises:
        UsageMistakeError: It is no mode of a file that its owner may read and write.
    """
    written = said(Variable.FILE_MODE) or oct(PRIVATE)[2:]
    try:
        mode = int(written, 8)
    except ValueError:
        mode = 0
    if mode & PRIVATE != PRIVATE or mode & ~0o666:
        raise UsageMistakeError(
            f"{Variable.FILE_MODE} is {written!r}, no mode of a file that its owner reads and writes",
            "Set it to 0640 for readers of the same group, to 0644 for everybody; unset, it is 0600.",
        )
    return mode


def written_mode(mode: int) -> str:
    """A mode as people write it, and as records keep it."""
    return f"{mode:04o}"


def make_folder(folder: Path) -> None:
    """Make a folder for files that others may read, and what it lies in; one that is there stays as it is."""
    if not folder.is_dir():
        make_folder(folder.parent)
        with suppress(FileExistsError):  # another command was faster
            folder.mkdir()
            folder.chmod(of_folder(shared_mode()))


def of_folder(mode: int) -> int:
    """The mode of a folder whose files have a mode: who may read them may enter."""
    return mode | (mode & 0o444) >> 2


def settle(path: Path, before: Path, given: int | None, wanted: int) -> None:
    """Say who may open a file or folder that takes another one's place.

    A mode that the command has given is its own to change; any other is an administrator's, and stays.

    Args:
        path: The new one.
        before: The one before it, whose owner it keeps too; there may be none.
        given: The mode that the command gave that one; None: not known.
        wanted: The mode that is asked for now.
    """
    mode = _keep_owner(path, before)
    is_own = said(Variable.FILE_MODE) is not None if given is None else mode == given
    path.chmod(wanted if mode is None or is_own else mode)


def keep_access(path: Path, before: Path) -> None:
    """Give a file that is written anew the mode of the one before it, and its owner where that is allowed."""
    mode = _keep_owner(path, before)
    if mode is not None:
        path.chmod(mode)


def mode_of(path: Path) -> int | None:
    """The mode of a file or folder; None if there is none."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def _keep_owner(path: Path, before: Path) -> int | None:
    mode = mode_of(before)
    if mode is not None and hasattr(os, "chown"):
        was, now = before.stat(), path.stat()
        if (was.st_uid, was.st_gid) != (now.st_uid, now.st_gid):
            try:
                os.chown(path, was.st_uid, was.st_gid)
            except PermissionError:
                with suppress(PermissionError):  # a group of one's own
                    os.chown(path, -1, was.st_gid)
    return mode
