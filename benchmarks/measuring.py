"""What a measurement gives, and how much memory a process and its children take."""

from __future__ import annotations

import os
import resource
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

SAMPLE_SECONDS = 0.1
PROC = Path("/proc")
PAGE = os.sysconf("SC_PAGE_SIZE")

# What a JSON file tells beside a measurement, by name.
Details = dict[str, Any]


@dataclass(frozen=True)
class Measured:
    """A measurement.

    Attributes:
        key: `a`, `b`, `c`, `d1` or `d2`.
        title: What was measured.
        seconds: How long it took; of several the median.
        processor_seconds: The processors' time in it, which other work on the machine lengthens less;
            None: not known.
        peak_bytes: The most memory that the processes had at once; None: not known.
        details: Whatever else is worth keeping, for the JSON file.
    """

    key: str
    title: str
    seconds: float
    processor_seconds: float | None = None
    peak_bytes: int | None = None
    details: Details = field(default_factory=dict)


def processor_seconds(who: int = resource.RUSAGE_SELF) -> float:
    """The processors' time that this process (or its children that have ended) took so far."""
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


class PeakMemory:
    """The most resident memory of a process and its descendants while this lasts (Linux; elsewhere None)."""

    def __init__(self, process: int | None = None) -> None:
        self._root = process or os.getpid()
        self._stop = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)
        self._peak = 0

    @property
    def bytes(self) -> int | None:
        """The peak so far."""
        return self._peak or None

    def __enter__(self) -> PeakMemory:
        self._sampler.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._sampler.join()

    def _sample(self) -> None:
        while True:
            self._peak = max(self._peak, _resident(self._root))
            if self._stop.wait(SAMPLE_SECONDS):
                return


def _resident(process: int) -> int:
    """Bytes of a process and its descendants; those that have just ended count nothing."""
    try:
        own = int((PROC / str(process) / "statm").read_text().split()[1]) * PAGE
        children = [
            int(child)
            for task in (PROC / str(process) / "task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except (OSError, IndexError):
        return 0
    return own + sum(_resident(child) for child in children)
