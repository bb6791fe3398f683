"""`leadscore demo` in a fresh clone of the project: once for all tests, which copy what they change."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from made_once import made_once
from workspaces import PROJECT

# What runs leave in the project's folder; packages of the command may have the same names.
NOT_CLONED = [".*", "*.duckdb*", "target", "logs", "published", "exports", "demo", "own", "example"]


@dataclass(frozen=True)
class Demo:
    """What a user has after the first command.

    Attributes:
        folder: The clone.
        told: What the command printed.
    """

    folder: Path
    told: str

    @property
    def database(self) -> Path:
        """The database."""
        return self.folder / "leadscore.duckdb"

    @property
    def published(self) -> Path:
        """The folder that readers open."""
        return self.folder / "published"

    def copied(self, folder: Path) -> Path:
        """A clone of one's own, with everything in it."""
        return Path(shutil.copytree(self.folder, folder, symlinks=True))


def shared_demo(folder: Path) -> Demo:
    """The demo in a folder that all processes of a test run share; the first one makes it.

    Raises:
        AssertionError: The command failed.
    """
    made = made_once(folder / "demo", _make)
    return Demo(made / "leadscore", (made / "told.txt").read_text(encoding="utf-8"))


def run_in(folder: Path, commands: str) -> str:
    """Run shell commands in a clone, by its own Python code; what they print.

    Raises:
        AssertionError: One failed.
    """
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("LEADSCORE_", "DBT_"))}
    environment = {**keep, "PYTHONPATH": str(folder / "scripts"), "COLUMNS": "250", "NO_COLOR": "1"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def _make(folder: Path) -> None:
    clone = folder / "leadscore"
    _clone(clone)
    told = run_in(clone, ".venv/bin/leadscore demo")
    (folder / "told.txt").write_text(told, encoding="utf-8")


def _clone(folder: Path) -> None:
    made = shutil.ignore_patterns("__pycache__", "*.egg-info")
    left = shutil.ignore_patterns(*NOT_CLONED)
    shutil.copytree(
        PROJECT,
        folder,
        ignore=lambda path, names: (
            made(path, names) | (left(path, names) if Path(path) == PROJECT else set())
        ),
    )
    (folder / ".venv").symlink_to(sys.prefix)
