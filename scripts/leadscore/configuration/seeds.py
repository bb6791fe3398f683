"""What dbt's reader can't say well: seeds that aren't proper CSV files."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from leadscore.mistakes import Mistake
from leadscore.raw.formats.delimited import SAID_DELIMITER
from leadscore.raw.reading import as_read

SEEDS = (
    "scoring_models",
    "scoring_rules",
    "rule_conditions",
    "model_conditions",
    "category_limits",
    "score_bands",
    "score_matrix",
    "account_roles",
    "rfm_segments",
    "exchange_rates",
    "conversions",
    "conversion_conditions",
    "segments",
    "segment_conditions",
)

# Those that no configuration does without; another one that isn't there counts as empty.
NEEDED = ("scoring_models", "scoring_rules")

# What may stand between cells in place of a comma. Nothing else than that is in no column's name.
SEPARATED = {
    ";": "cells are separated by semicolons",
    "\t": "cells are separated by tabs",
    "|": "cells are separated by bars",
    ",": "each row stands in quotes, as one cell",
}
SAVE_WITH_COMMAS = "save it as CSV with commas, in UTF-8 (docs/configuration.md says how Excel does)"


def structural_mistakes(folder: Path) -> list[Mistake]:
    """Every seed that isn't a CSV file with as many cells in each row, or is missing and needed."""
    if folder.is_file():
        return [_mistake("seeds", f"{folder} is a file", "the folder that holds the seeds")]
    if not folder.is_dir():
        where = "LEADSCORE_SEEDS says where, from the project's folder on, or --seeds, from the current one"
        return [_mistake("seeds", f"there is no folder {folder}", where)]
    return [
        *(mistake for seed in SEEDS for mistake in _seed_mistakes(folder, seed)),
        *(
            _mistake("seeds", f"{file} has a blank in its name, which dbt refuses", "another name or folder")
            for file in sorted(folder.rglob("*.csv"))
            if " " in file.stem
        ),
    ]


def count_rows(folder: Path, seed: str) -> int:
    """The rows of a seed that can be read, its header not counted; none if the file isn't there."""
    if not (folder / f"{seed}.csv").is_file():
        return 0
    return len(filled_rows(folder / f"{seed}.csv")) - 1


def filled_rows(path: Path) -> list[list[str]]:
    """The rows of a seed's file that hold anything, the header first."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [cells for cells in csv.reader(file) if _is_filled(cells)]


def _is_filled(cells: Sequence[str]) -> bool:
    """Whether a row holds anything; one that doesn't is passed over, but counts in the numbers of rows."""
    return any(map(as_read, cells))


def _seed_mistakes(folder: Path, seed: str) -> Iterator[Mistake]:
    path = folder / f"{seed}.csv"
    if not path.is_file():
        if seed in NEEDED:
            yield _mistake(seed, "the file is missing", f"{path}, if need be with the header alone")
        return
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # What stands before the byte, and something in its place, is as many rows.
        row = sum(1 for _ in _rows(error.object[: error.start].decode() + "?"))
        yield _mistake(
            seed, f"isn't UTF-8 (byte {error.object[error.start]:#04x})", "a file saved as UTF-8", row
        )
        return
    row = 0
    width = 0
    try:
        if fault := _separator_mistake(seed, text):
            yield fault
            return
        for row, cells in enumerate(_rows(text, strict=True), start=1):
            if row == 1 and not _is_filled(cells):
                yield _mistake(seed, "the first row is empty", "a first row with the column names", 1)
                return
            if row == 1:
                width = len(cells)
                yield from _header_mistakes(seed, cells)
            # dbt fills rows up, so one without values may be shorter.
            elif len(cells) != width and (_is_filled(cells) or len(cells) > width):
                yield _mistake(
                    seed,
                    f"has {len(cells)} cells where the header has {width}",
                    "one cell a column; a value that holds a comma stands in double quotes",
                    row,
                    cells[0],
                )
    except csv.Error as error:
        yield _mistake(seed, f"isn't CSV: {error}", "a quote within a quoted value is written twice", row + 1)
        return
    if row == 0:
        yield _mistake(seed, "the file is empty", "a first row with the column names")


def _rows(text: str, strict: bool = False) -> Iterator[list[str]]:
    """The rows of a file as a spreadsheet counts them: empty ones too, and line breaks within cells not."""
    return csv.reader(io.StringIO(text, newline=""), strict=strict)


def _separator_mistake(seed: str, text: str) -> Mistake | None:
    """The one mistake of a file whose cells can't be told apart; all else would follow from it."""
    if said := SAID_DELIMITER.match(text):
        remove = "remove this line" if said[1] == "," else f"remove this line, and {SAVE_WITH_COMMAS}"
        return _mistake(seed, f"'sep={said[1]}' is for Excel, and no column", remove, 1)
    header = next(_rows(text), [])
    if len(header) != 1:
        return None
    faults = [fault for separator, fault in SEPARATED.items() if separator in header[0]]
    return _mistake(seed, faults[0], SAVE_WITH_COMMAS) if faults else None


def _header_mistakes(seed: str, header: list[str]) -> Iterator[Mistake]:
    names = [name.strip().lower() for name in header]
    for name in sorted(set(names)):
        if not name:
            yield _mistake(seed, "a column has no name", "a name for each column", 1)
        elif names.count(name) > 1:
            yield _mistake(
                seed, "the column is there more than once", "each column once", 1, column_name=name
            )


def _mistake(
    seed: str,
    problem: str,
    allowed: str,
    row_number: int | None = None,
    row_key: str | None = None,
    column_name: str | None = None,
) -> Mistake:
    return Mistake(seed, row_number, row_key, column_name, None, problem, allowed)
