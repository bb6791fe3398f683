"""CSV files: comma, semicolon or tab, found from the header."""

import csv
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from scripts.database import Database, literal
from scripts.errors import LeadscoreError, LoadRefusedError
from scripts.formats.raw_file import Reading

DELIMITERS = (",", ";", "\t")
LONGEST_ROW_BYTES = 32_000_000
REASONS = {
    r"Expected Number of Columns: (\d+) Found: (\d+)": "has {1} values where the header has {0}",
    r"unterminated quote": "has a quote that isn't closed, or text after a closing quote",
    r"Invalid unicode": "isn't UTF-8",
    r"Maximum line size": f"is longer than {LONGEST_ROW_BYTES:,} bytes (is a quote not closed?)",
}


@dataclass(frozen=True)
class DelimitedFile:
    """A CSV file.

    Attributes:
        path: The file.
        known: The columns that the raw table may have; they tell the delimiter.
    """

    path: Path
    known: Collection[str]

    def reading(self, database: Database) -> Reading:
        """Read the header, and with it the delimiter."""
        del database
        delimiter, header = self._header()
        types = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(len(header)))
        options = (
            f"auto_detect = false, header = true, delim = {literal(delimiter)}, quote = '\"', escape = '\"', "
            f"nullstr = '', max_line_size = {LONGEST_ROW_BYTES}, columns = {{{types}}}"
        )
        return Reading(
            columns={name or f"column {index + 1}": f"c{index}" for index, name in enumerate(header)},
            relation=f"read_csv({literal(self.path)}, {options})",
        )

    def refusal(self, problem: LeadscoreError) -> LeadscoreError:
        """The line and its fault from DuckDB's message."""
        line = re.search(r"CSV Error on Line: (\d+)", problem.message)
        where = f"{self.path}, line {line[1]}" if line else str(self.path)
        for pattern, reason in REASONS.items():
            if found := re.search(pattern, problem.message):
                return LoadRefusedError(
                    f"{where} {reason.format(*found.groups())}; nothing was loaded",
                    "Correct the line and load again. A value with a delimiter, quote or line end stands in "
                    "double quotes, a quote within it twice.",
                )
        if "invalid state" in problem.message:
            return LoadRefusedError(
                f"{where} mixes line ends (LF and CR LF); nothing was loaded",
                "Save it with one kind and load again.",
            )
        return LoadRefusedError(
            f"{where}: {problem.message.splitlines()[0]}; nothing was loaded", problem.advice
        )

    def _header(self) -> tuple[str, list[str]]:
        candidates = []
        for delimiter in DELIMITERS:
            try:
                with self.path.open(encoding="utf-8-sig", newline="") as file:
                    names = next(csv.reader(file, delimiter=delimiter), [])
            except (UnicodeDecodeError, csv.Error) as error:
                raise LoadRefusedError(
                    f"{self.path}, line 1 can't be read: {error}",
                    "Save the file as UTF-8 with the column names first.",
                ) from error
            header = [name.strip().lower() for name in names]
            fitting = sum(name in self.known for name in header)
            candidates.append((fitting, len(header), delimiter, header))
        _, _, delimiter, header = max(candidates, key=lambda candidate: candidate[:2])
        if not header:
            raise LoadRefusedError(f"{self.path} is empty", "The first line must name the columns.")
        repeated = sorted({name for name in header if header.count(name) > 1 and name})
        if repeated:
            raise LoadRefusedError(
                f"{self.path}, line 1 names {', '.join(repeated)} more than once", "Leave one of them."
            )
        return delimiter, header
