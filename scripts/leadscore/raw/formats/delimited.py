"""CSV files: comma, semicolon or tab, found from the header."""

import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from leadscore.errors import LeadscoreError, LoadRefusedError
from leadscore.raw.formats.raw_file import Reading
from leadscore.storage.database import Database, file_literal, literal

DELIMITERS = (",", ";", "\t")
LONGEST_ROW_BYTES = 32_000_000
CHUNK_BYTES = 1_000_000
ADVICE = (
    "Correct the line and load again. A value with a delimiter, quote or line end stands in double quotes, "
    "a quote within it twice."
)
REASONS = {
    r"Expected Number of Columns: (\d+) Found: (\d+)": "has {1} values where the header has {0}",
    r"unterminated quote": "has a quote that isn't closed, text after a closing quote, or mixed line ends",
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
            relation=f"read_csv({file_literal(self.path)}, {options})",
            expected_rows=sum(1 for _ in self._records(delimiter)) - 1 if self._may_mix_line_ends() else None,
        )

    def refusal(self, problem: LeadscoreError) -> LeadscoreError:
        """The line and its fault from DuckDB's message."""
        line = re.search(r"CSV Error on Line: (\d+)", problem.message)
        where = f"{self.path}, line {line[1]}" if line else str(self.path)
        for pattern, reason in REASONS.items():
            if found := re.search(pattern, problem.message):
                return LoadRefusedError(
                    f"{where} {reason.format(*found.groups())}; nothing was loaded",
                    ADVICE,
                )
        if "invalid state" in problem.message:
            return self.refusal_of_count()
        return LoadRefusedError(
            f"{where}: {problem.message.splitlines()[0]}; nothing was loaded", problem.advice
        )

    def refusal_of_count(self) -> LeadscoreError:
        """DuckDB loses rows of a large file that mixes line ends, without a word."""
        return LoadRefusedError(
            f"{self.path} mixes line ends (LF and CR LF); nothing was loaded",
            "Save it with one kind and load again.",
        )

    def _may_mix_line_ends(self) -> bool:
        """Whether carriage returns are anywhere but before each line feed; in a quoted value they may be."""
        with self.path.open("rb") as file:
            if not any(b"\r" in chunk for chunk in iter(lambda: file.read(CHUNK_BYTES), b"")):
                return False
            file.seek(0)
            return any(line.count(b"\r") != 1 or not line.endswith(b"\r\n") for line in file)

    def _records(self, delimiter: str) -> Iterator[list[str]]:
        csv.field_size_limit(LONGEST_ROW_BYTES)
        with self.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            try:
                yield from (cells for cells in csv.reader(file, delimiter=delimiter) if cells)
            except csv.Error as error:
                raise LoadRefusedError(
                    f"{self.path} isn't CSV: {error}; nothing was loaded", ADVICE
                ) from error

    def _header(self) -> tuple[str, list[str]]:
        candidates = []
        for delimiter in DELIMITERS:
            names = next(self._records(delimiter), [])
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
