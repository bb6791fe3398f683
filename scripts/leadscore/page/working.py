"""Work that the pages start: commands, each in a process of its own, as people give them in a terminal.

So locks, checks and messages are the command's, and a page that is closed stops nothing halfway.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from leadscore.settings import Settings, Variable
from leadscore.text import one_line


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


def run_command(settings: Settings, *arguments: str) -> Done:
    """Run `leadscore`, and wait for its end.

    Args:
        settings: Where everything is.
        arguments: The command and what it is told; nothing of it is read by a shell.
    """
    words = [sys.executable, "-c", "from leadscore.cli import main; main()", *arguments]
    done = subprocess.run(
        words,
        env=environment_of(settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(done.returncode == 0, done.stdout, message_of(done.stderr.splitlines()))


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
