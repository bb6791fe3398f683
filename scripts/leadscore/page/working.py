"""Work that the pages start: commands, each in a process of its own, as people give them in a terminal.

So locks, checks and messages are the command's, and a page that is closed stops nothing halfway.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile

from leadscore.output.progress import LINE
from leadscore.settings import Settings, Variable
from leadscore.text import one_line

# Is told how far work has come, from 0 to 1, and what is being done.
Watch = Callable[[float, str], None]


@dataclass(frozen=True)
class Done:
    """What became of a command.

    Attributes:
        succeeded: Whether it ended with 0.
        output: What it printed.
        message: What it told of its work, or of what went wrong.
    """

    succeeded: bool
    output: str
    message: str


def run_command(settings: Settings, *arguments: str, watch: Watch | None = None) -> Done:
    """Run `leadscore`, and wait for its end.

    Args:
        settings: Where everything is.
        arguments: The command and what it is told; nothing of it is read by a shell.
        watch: Is told how far the work has come, from 0 to 1, and what is being done.
    """
    words = [sys.executable, "-c", "from leadscore.cli import main; main()", *arguments]
    environment = {**environment_of(settings), Variable.PROGRESS.value: "lines" if watch else ""}
    with (
        TemporaryFile("w+", encoding="utf-8") as output,
        subprocess.Popen(
            words,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as process,
    ):
        assert process.stderr
        told = [line for line in process.stderr if not _watched(line, watch)]
        process.wait()
        output.seek(0)
        return Done(process.returncode == 0, output.read(), message_of(told))


def _watched(line: str, watch: Watch | None) -> bool:
    """Whether a line tells how far the work has come, which is passed on."""
    if watch is None or not line.startswith(LINE):
        return False
    told = json.loads(line.removeprefix(LINE))
    watch(min(1.0, told["done"] / max(told["total"], 1)), one_line(f"{told['title']}: {told['doing']}"))
    return True


def message_of(lines: Sequence[str]) -> str:
    """What a command told, as text without signs that steer terminals."""
    return "\n".join(one_line(line, longest=500) for line in lines if line.strip())


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment of a process that works with the same places."""
    return {
        **os.environ,
        Variable.DATABASE.value: str(settings.database),
        Variable.PUBLISHED.value: str(settings.published),
        Variable.SEEDS.value: os.path.relpath(settings.seeds, settings.root),
    }
