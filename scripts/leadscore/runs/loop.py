"""Work at an interval, one at a time, until a signal asks to stop."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType

# Some send a signal twice: to the process and to its group.
SAME_SIGNAL_SECONDS = 1.0
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Whether a signal has asked to stop."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    def __bool__(self) -> bool:
        return self._asked.is_set()

    def ask(self) -> None:
        """Stop after the current work."""
        self._asked.set()

    def wait_until(self, instant: float) -> None:
        """Wait for an instant of the monotonic clock, or for the signal."""
        while not self and (left := instant - monotonic()) > 0:
            self._asked.wait(min(1.0, left))


@contextmanager
def stop_at_signal(say: Callable[[], None]) -> Iterator[Stop]:
    """While this lasts, the first SIGINT or SIGTERM asks to stop, and a second one ends the process at once.

    Args:
        say: Is called at the first signal.
    """
    stop = Stop()

    first: list[float] = []

    def heard(heard_number: int, _frame: FrameType | None) -> None:
        if not first:
            first.append(monotonic())
            stop.ask()
            say()
        elif monotonic() - first[0] > SAME_SIGNAL_SECONDS:
            signal.signal(heard_number, signal.SIG_DFL)
            os.kill(os.getpid(), heard_number)

    before = {number: signal.signal(number, heard) for number in SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def repeat(seconds: float, work: Callable[[], None], stop: Stop) -> None:
    """Do work now and at every tick until asked to stop; work that overruns its interval skips ticks."""
    tick = monotonic()
    while not stop:
        work()
        while tick <= monotonic():
            tick += seconds
        stop.wait_until(tick)
