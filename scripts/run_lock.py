"""One writer at a time: a lock beside the database, which the system frees when its process dies."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from scripts.errors import DatabaseBusyError

WAIT_SECONDS = 5.0


@contextmanager
def locked(
    path: Path, command: str, say: Callable[[str], None], wait_seconds: float = WAIT_SECONDS
) -> Iterator[None]:
    """Hold the lock of a database, or refuse.

    Args:
        path: The lock file.
        command: Who asks, for others to see.
        say: Is told who has the lock while this waits for it.
        wait_seconds: How long to wait.

    Raises:
        DatabaseBusyError: It is still held after that time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(f"Waiting for {_holder(path)} …")
        try:
            lock.acquire(timeout=wait_seconds)
        except Timeout as error:
            raise DatabaseBusyError(
                f"{_holder(path)} is using the database", "Wait until it has finished, and try again."
            ) from error
    try:
        with suppress(OSError):
            started = datetime.now(UTC).isoformat(timespec="seconds")
            path.write_text(
                f"`leadscore {command}` (process {os.getpid()}, since {started})", encoding="utf-8"
            )
        yield
    finally:
        with suppress(OSError):
            path.write_text("", encoding="utf-8")
        lock.release()


def _holder(path: Path) -> str:
    if sys.platform == "win32":  # a locked file can't be read there
        return "another process"
    with suppress(OSError, UnicodeDecodeError):
        return path.read_text(encoding="utf-8").strip() or "another process"
    return "another process"
