"""One writer at a time: a lock beside the database, which the system frees when its process dies."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from leadscore.errors import DatabaseBusyError

WAIT_SECONDS = 60.0
BRIEF_WAIT_SECONDS = 5.0
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class LockWait:
    """How long a command waits for another process.

    Attributes:
        seconds: At most so long; 0: not at all.
        give_up: Is asked meanwhile whether to wait no longer.
    """

    seconds: float = WAIT_SECONDS
    give_up: Callable[[], bool] = lambda: False


LOCK_WAIT = LockWait()


@contextmanager
def hold_lock(
    path: Path,
    command: str,
    say: Callable[[str], None],
    wait_seconds: float = BRIEF_WAIT_SECONDS,
    give_up: Callable[[], bool] = LOCK_WAIT.give_up,
) -> Iterator[None]:
    """Hold the lock of a database, or refuse.

    The system lets go of the lock when its process ends, however it ends: what a killed one left behind
    doesn't block.

    Args:
        path: The lock file.
        command: Who asks, for others to see.
        say: Is told who has the lock while this waits for it.
        wait_seconds: How long to wait; 0: not at all.
        give_up: Is asked meanwhile whether to wait no longer.

    Raises:
        DatabaseBusyError: It is still held after that time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, timeout=0)
    try:
        try:
            lock.acquire()
        except Timeout:
            if wait_seconds > 0:
                say(f"Waiting at most {wait_seconds:g} s for {_holder(path)} …")
            lock.acquire(wait_seconds, poll_interval=POLL_SECONDS, cancel_check=give_up)
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


def holder(path: Path) -> str | None:
    """Who holds a lock, by what they wrote there; None: nobody that is known of.

    The lock itself isn't touched: whoever looks at how it stands never stands in anybody's way.
    """
    try:
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        return "another process" if sys.platform == "win32" else None
    process = re.search(r"\(process (\d+), since ", text)
    return text if process and _is_alive(int(process[1])) else None


def _is_alive(process: int) -> bool:
    """Whether another process with this number lives: what a killed one left behind tells of nobody."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True


def _holder(path: Path) -> str:
    if sys.platform == "win32":  # a locked file can't be read there
        return "another process"
    with suppress(OSError, UnicodeDecodeError):
        return path.read_text(encoding="utf-8").strip() or "another process"
    return "another process"
