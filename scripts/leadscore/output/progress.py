"""Progress of long work, on stderr, where somebody is watching, or a program is that started the command."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from leadscore.settings import Variable
from leadscore.text import one_line

# What a line about progress begins with; the rest is JSON.
LINE = "progress "


class Lines:
    """Tells of a bar in lines on stderr, each `progress` and an object: title, done, total, doing."""

    def __init__(self, title: str) -> None:
        self._told: dict[str, object] = {"title": title, "done": 0.0, "total": 100.0, "doing": ""}
        self._done = 0.0

    def update(
        self,
        task_id: TaskID,
        *,
        total: float | None = None,
        completed: float | None = None,
        advance: float | None = None,
        **fields: object,
    ) -> None:
        """Tell what has changed; `task_id` is the only one."""
        self._done = (self._done if completed is None else completed) + (advance or 0)
        self._told |= {"done": self._done, **fields} | ({} if total is None else {"total": total})
        sys.stderr.write(f"{LINE}{json.dumps(self._told)}\n")
        sys.stderr.flush()


class StepProgress:
    """One bar: steps done of a total, and what is being done. Also dbt's `BuildObserver`."""

    def __init__(self, progress: Progress | Lines, task: TaskID) -> None:
        self._progress = progress
        self._task = task
        self._running: list[str] = []

    def say(self, text: str) -> None:
        """Show what is being done."""
        self._progress.update(self._task, doing=one_line(text))

    def percent(self, text: str, done: float) -> None:
        """Show what is being done, and how much of it is."""
        self._progress.update(self._task, total=100, completed=done, doing=one_line(text))

    def started(self, node: str, total: int) -> None:
        """A node of so many starts."""
        self._running.append(node)
        self._progress.update(self._task, total=total, doing=self._shown())

    def _shown(self) -> str:
        return one_line(self._running[0], longest=40) if self._running else ""

    def finished(self, node: str) -> None:
        """A node is done."""
        if node in self._running:
            self._running.remove(node)
            self._progress.update(self._task, advance=1, doing=self._shown())


@contextmanager
def step_progress(title: str) -> Iterator[StepProgress]:
    """A bar while the work inside lasts; gone afterwards, and not there at all without a terminal.

    With `LEADSCORE_PROGRESS=lines` it is told in lines instead (`Lines`).
    """
    if os.environ.get(Variable.PROGRESS) == "lines":
        yield StepProgress(Lines(title), TaskID(0))
        return
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f}", markup=False),
        TimeElapsedColumn(),
        TextColumn("{task.fields[doing]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield StepProgress(progress, progress.add_task(title, total=100, doing=""))
