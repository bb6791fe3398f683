"""CSV files: comma, semicolon, tab or bar, found from the header or said by a first line `sep=;`."""

import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from leadscore.errors import LeadscoreError, LoadRefusedError
from leadscore.raw.formats.encodings import SAY_THE_ENCODING
from leadscore.raw.formats.raw_file import Reading
from leadscore.raw.headers import header_key, repeated
from leadscore.raw.white_space import blank_sql
from leadscore.storage.database import Database, file_literal, literal

DELIMITERS = (",", ";", "\t", "|")
SAID_DELIMITER = re.compile(r'(?i)"?sep=([^"\r\n])"?\s*')
MARK_AND_QUOTED = re.compile(rb'(?i)\xef\xbb\xbf"sep=')
LONGEST_ROW_BYTES = 32_000_000
CHUNK_BYTES = 1_000_000
ADVICE = (
    "Correct the line and load again. A value with a delimiter, quote or line end stands in double quotes, "
    "a quote within it twice."
)
NOT_UTF8 = "isn't UTF-8"
REASONS = {
    r"Expected Number of Columns: (\d+) Found: (\d+)": "has {1} values where the header has {0}",
    r"unterminated quote": "has a quote that isn't closed, text after a closing quote, or mixed line ends",
    r"Invalid unicode": NOT_UTF8,
    r"Maximum line size": f"is longer than {LONGEST_ROW_BYTES:,} bytes (is a quote not closed?)",
}


def loses_rows(head: bytes) -> bool:
    """Whether DuckDB finds no rows in a CSV, without a word: a mark stands before a quoted `"sep=;"`.

    Args:
        head: Its first bytes.
    """
    return MARK_AND_QUOTED.match(head) is not None


@dataclass(frozen=True)
class DelimitedFile:
    """A CSV file.

    Attributes:
        path: The file.
        content: Where its content is, in UTF-8.
        wanted: The keys of the headers that become columns; they tell the delimiter.
    """

    path: Path
    content: Path
    wanted: Collection[str]

    def reading(self, database: Database) -> Reading:
        """Read the header, and with it the delimiter."""
        del database
        said = self._said_delimiter()
        delimiter, header = self._header(said)
        types = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(len(header)))
        options = (
            f"auto_detect = false, header = true, skip = {0 if said is None else 1}, "
            f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', nullstr = '', "
            f"max_line_size = {LONGEST_ROW_BYTES}, columns = {{{types}}}"
        )
        cells = {name or f"column {index + 1}": f"c{index}" for index, name in enumerate(header)}
        return Reading(
            columns={name: cell for name, cell in cells.items() if header_key(name) in self.wanted},
            rest={
                name: f"case when not {blank_sql(cell)} then to_json({cell}) end"
                for name, cell in cells.items()
                if header_key(name) not in self.wanted
            },
            headers=list(cells),
            relation=f"read_csv({file_literal(self.content)}, {options})",
            expected_rows=sum(1 for _ in self._records(delimiter)) - 1 if self._may_mix_line_ends() else None,
            miscounted=self._miscounted(),
        )

    def refusal(self, problem: LeadscoreError) -> LeadscoreError:
        """The line and its fault from DuckDB's message."""
        line = re.search(r"CSV Error on Line: (\d+)", problem.message)
        where = f"{self.path}, line {line[1]}" if line else str(self.path)
        for pattern, reason in REASONS.items():
            if found := re.search(pattern, problem.message):
                return LoadRefusedError(
                    f"{where} {reason.format(*found.groups())}; nothing was loaded",
                    SAY_THE_ENCODING if reason == NOT_UTF8 else ADVICE,
                )
        if "invalid state" in problem.message:
            return self._miscounted()
        return LoadRefusedError(
            f"{where}: {problem.message.splitlines()[0]}; nothing was loaded", problem.advice
        )

    def _miscounted(self) -> LeadscoreError:
        """DuckDB loses rows of a large file that mixes line ends, without a word."""
        return LoadRefusedError(
            f"{self.path} mixes line ends (LF and CR LF); nothing was loaded",
            "Save it with one kind and load again.",
        )

    def _may_mix_line_ends(self) -> bool:
        """Whether carriage returns are anywhere but before each line feed; in a quoted value they may be."""
        with self.content.open("rb") as file:
            if not any(b"\r" in chunk for chunk in iter(lambda: file.read(CHUNK_BYTES), b"")):
                return False
            file.seek(0)
            return any(line.count(b"\r") != 1 or not line.endswith(b"\r\n") for line in file)

    def _said_delimiter(self) -> str | None:
        """What a first line `sep=;` says, as Excel writes and reads it."""
        with self.content.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            found = SAID_DELIMITER.fullmatch(file.readline(20))
        return found[1] if found else None

    def _records(self, delimiter: str) -> Iterator[list[str]]:
        csv.field_size_limit(LONGEST_ROW_BYTES)
        with self.content.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            if self._said_delimiter() is not None:
                file.readline()
            try:
                yield from (cells for cells in csv.reader(file, delimiter=delimiter) if cells)
            except csv.Error as error:
                raise LoadRefusedError(
                    f"{self.path} isn't CSV: {error}; nothing was loaded", ADVICE
                ) from error

    def _header(self, said: str | None) -> tuple[str, list[str]]:
        candidates = []
        for delimiter in DELIMITERS if said is None else (said,):
            header = [name.strip() for name in next(self._records(delimiter), [])]
            fitting = sum(header_key(name) in self.wanted for name in header)
            candidates.append((fitting, len(header), delimiter, header))
        _, _, delimiter, header = max(candidates, key=lambda candidate: candidate[:2])
        if not header:
            raise LoadRefusedError(f"{self.path} is empty", "The first line must name the columns.")
        if any("\udc80" <= letter <= "\udcff" for name in header for letter in name):
            raise LoadRefusedError(f"{self.path}, line 1 {NOT_UTF8}; nothing was loaded", SAY_THE_ENCODING)
        if twice := repeated(header):
            raise LoadRefusedError(
                f"{self.path}, line 1 names {', '.join(twice)} more than once", "Leave one of them."
            )
        return delimiter, header
