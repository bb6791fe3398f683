"""Excel workbooks (.xlsx): the rows of the first sheet, written out as JSON lines that are then read."""

import json
import zipfile
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from leadscore.errors import LeadscoreError, LoadRefusedError
from leadscore.raw.formats.json_objects import JsonFile
from leadscore.raw.formats.raw_file import Reading
from leadscore.raw.headers import repeated
from leadscore.storage.database import Database

# A sheet stands in memory while it is read; this is one of a million rows and some 20 columns.
LARGEST_BYTES = 1_000_000_000
ADVICE = "Open it in Excel and save it again, as .xlsx or as CSV UTF-8; then load that."


@dataclass(frozen=True)
class WorkbookFile:
    """An Excel workbook.

    Attributes:
        path: The file.
        content: Where its content is.
        wanted: The keys of the headers that become columns.
        lines: Where the rows of its first sheet are written.
    """

    path: Path
    content: Path
    wanted: Collection[str]
    lines: Path

    def reading(self, database: Database) -> Reading:
        """Write its rows out, and read what was written."""
        self._refuse_too_large()
        with self.lines.open("w", encoding="utf-8") as file:
            for row in self._objects():
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        return JsonFile(self.path, self.lines, self.wanted).reading(database)

    def refusal(self, problem: LeadscoreError) -> LeadscoreError:
        """DuckDB's message, with the file's name."""
        return LoadRefusedError(
            f"{self.path}: {problem.message.splitlines()[0]}; nothing was loaded",
            "Correct the cell and load again.",
        )

    def _objects(self) -> Iterator[dict[str, Any]]:
        """The rows below the header. The first has every column: where cells are empty there is null."""
        rows = ([_value(cell) for cell in cells] for cells in self._rows())
        filled_rows = (row for row in rows if any(cell is not None for cell in row))
        header = ["" if cell is None else str(cell).strip() for cell in next(filled_rows, [])]
        if not header:
            raise LoadRefusedError(
                f"{self.path} is empty", "The first row of its first sheet must name the columns."
            )
        if twice := repeated(header):
            raise LoadRefusedError(
                f"{self.path}, row 1 names {', '.join(twice)} more than once", "Leave one of them."
            )
        names = [name or f"column {number}" for number, name in enumerate(header, start=1)]
        is_first = True
        for cells in filled_rows:
            row = dict(zip(names, cells, strict=True))
            yield row if is_first else {name: cell for name, cell in row.items() if cell is not None}
            is_first = False

    def _rows(self) -> Iterator[list[Any]]:
        # Here, because only workbooks need it.
        from python_calamine import CalamineError, CalamineWorkbook

        try:
            with self.content.open("rb") as file:
                book: AbstractContextManager[Any] = CalamineWorkbook.from_filelike(file)
                with book as opened:
                    yield from opened.get_sheet_by_index(0).iter_rows()
        except (CalamineError, OSError, ValueError, IndexError) as error:
            raise LoadRefusedError(
                f"{self.path} can't be read as an Excel workbook: {error}; nothing was loaded", ADVICE
            ) from error

    def _refuse_too_large(self) -> None:
        with zipfile.ZipFile(self.content) as parts:
            size = sum(part.file_size for part in parts.infolist())
        if size > LARGEST_BYTES:
            raise LoadRefusedError(
                f"{self.path} is {size:,} bytes when unpacked, over {LARGEST_BYTES:,}; nothing was loaded",
                "A sheet of that size would take the memory: save it as CSV UTF-8 and load that.",
            )


def _value(cell: Any) -> Any:
    """A cell as JSON: dates are instants, whole numbers have no fraction; nothing is null."""
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if isinstance(cell, bool | int):
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else cell
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return f"{cell.isoformat()} 00:00:00"
    return str(cell)
