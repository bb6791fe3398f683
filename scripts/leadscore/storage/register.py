"""The register of folders into which files about people were written, beside the database.

Nobody remembers them all; `forget` searches them. A line of JSON a folder, only ever added to: writers need
no lock, nor the database open, and a full refresh leaves it alone.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from leadscore.storage.records import from_json


@dataclass(frozen=True)
class WrittenFolder:
    """A folder that was written to.

    Attributes:
        folder: Its real path.
        files: What the files of a delivery are called, with `*`; None for exports, whose manifests say it.
        is_own: Whether this database, under this path, wrote there; not one that it was copied from.
    """

    folder: Path
    files: str | None = None
    is_own: bool = True


@dataclass(frozen=True)
class _Line:
    """A line of the register."""

    database: str
    folder: str
    files: str | None = None


def register_path(database: Path) -> Path:
    """The register of a database."""
    return database.with_name(f"{database.name}.folders.jsonl")


def register(database: Path, written: WrittenFolder, warn: Callable[[str], None]) -> None:
    """Keep that a folder is written to; before the first byte is, so that no killed command hides one.

    Args:
        database: The database that the files tell of.
        written: The folder.
        warn: Is told if it can't be kept, which stops nobody who may read but not write here.
    """
    path = register_path(database)
    line = _Line(str(database), str(written.folder.resolve()), written.files)
    try:
        if line in _read(path)[0]:
            return
        with path.open("ab+") as file:
            torn = file.tell() and (file.seek(-1, 2), file.read(1))[1] != b"\n"
            file.write((b"\n" if torn else b"") + json.dumps(asdict(line)).encode() + b"\n")
    except OSError as error:
        warn(
            f"{written.folder} can't be kept in {path} ({error.strerror or error}): "
            "name it to `leadscore forget` by --exports."
        )


def registered(database: Path) -> tuple[list[WrittenFolder], int]:
    """The folders that were written to, and how many lines of the register can't be read."""
    lines, damaged = _read(register_path(database))
    folders = [WrittenFolder(Path(line.folder), line.files, line.database == str(database)) for line in lines]
    return sorted(folders, key=lambda written: not written.is_own), damaged


def _read(path: Path) -> tuple[list[_Line], int]:
    lines: dict[_Line, None] = {}
    damaged = 0
    for text in path.read_bytes().splitlines() if path.is_file() else []:
        if text.strip():
            try:
                lines[from_json(_Line, text)] = None
            except ValueError:
                damaged += 1
    return list(lines), damaged
