"""Files that seem to be meant as seeds, and whose names aren't those of seeds: nothing reads them."""

import difflib
import re
from pathlib import Path

from leadscore.configuration.seeds import SEEDS
from leadscore.mistakes import Mistake

# A team's own seeds lie in the folder too: `customer_segments` isn't taken for `segments`.
ALIKE = 0.82
COPY = re.compile(r"[ _-]*(\(\d+\)|copy|kopie)")
TABLES = (".csv", ".tsv", ".txt", ".xls", ".xlsx", ".ods")


def misnamed_seeds(folder: Path) -> list[Mistake]:
    """A warning for each file whose name is nearly that of a seed that isn't there."""
    return [
        Mistake(
            seed,
            None,
            None,
            None,
            file.name,
            f"it counts as empty: there is no {seed}.csv, and {file.name!r} isn't read as such",
            f"rename it {seed}.csv, if that is what it is",
        )
        for file in sorted(folder.iterdir())
        if file.is_file() and file.suffix.lower() in TABLES
        for seed in difflib.get_close_matches(_plain(file), SEEDS, 1, ALIKE)
        if not (folder / f"{seed}.csv").is_file()
    ]


def _plain(file: Path) -> str:
    """The name of a file without what copying it added."""
    return COPY.sub("", file.name.partition(".")[0].lower())
