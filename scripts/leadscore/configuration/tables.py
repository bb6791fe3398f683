"""The seeds as tables of text: read, changed, and written elsewhere; the rest stays as it is written."""

import csv
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from leadscore.configuration.seeds import SEEDS, filled_rows
from leadscore.errors import UsageMistakeError

Cells = dict[str, str]


@dataclass(frozen=True)
class SeedTable:
    """A seed as its file has it.

    Attributes:
        header: The names of its columns, as they are written.
        rows: Its rows, by the names of the columns in lower case.
    """

    header: list[str]
    rows: list[Cells]

    def write(self, path: Path) -> None:
        """Write it as CSV."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self.header)
            writer.writerows(
                [row.get(column_name(column), "") for column in self.header] for row in self.rows
            )


Configuration = dict[str, SeedTable]


def read_configuration(folder: Path) -> Configuration:
    """The seeds of a folder; those that it lacks aren't there."""
    return {seed: _read(folder / f"{seed}.csv") for seed in SEEDS if (folder / f"{seed}.csv").is_file()}


def write_configuration(configuration: Mapping[str, SeedTable], folder: Path) -> None:
    """Write seeds into a folder that has no others."""
    for seed, table in configuration.items():
        table.write(folder / f"{seed}.csv")


def write_changed(seeds: Path, folder: Path, changed: Mapping[str, SeedTable]) -> None:
    """Copy a whole configuration into a new folder, with other rows for some seeds.

    Args:
        seeds: The configuration.
        folder: The new folder.
        changed: The seeds that become others.

    Raises:
        UsageMistakeError: The folder holds seeds already.
    """
    refuse_filled(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted(seeds.glob("*.csv")):
        if file.stem not in changed:
            shutil.copyfile(file, folder / file.name)
    write_configuration(changed, folder)


def refuse_filled(folder: Path) -> None:
    """Refuse to write a configuration over another one.

    Raises:
        UsageMistakeError: The folder holds CSV files.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageMistakeError(f"{folder} is a file", "Name a new folder.")
    if any(folder.glob("*.csv")):
        raise UsageMistakeError(f"{folder} holds CSV files already", "Name a new folder, or empty this one.")


def _read(path: Path) -> SeedTable:
    lines = filled_rows(path)
    names = list(map(column_name, lines[0]))
    return SeedTable(lines[0], [dict(zip(names, line, strict=True)) for line in lines[1:]])


def column_name(column: str) -> str:
    """The name by which a column is known: its header in lower case."""
    return column.strip().lower()
