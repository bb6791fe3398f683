"""A database of its own to load files into, and workbooks as Excel writes them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import duckdb
from leadscore.cli import app
from typer.testing import CliRunner, Result

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
# The formats of cells: 0 any, 1 a date, 2 a date with a time.
STYLES = f"""<styleSheet xmlns="{MAIN}">
    <numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm:ss"/></numFmts>
    <cellXfs count="3">
        <xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/>
    </cellXfs>
</styleSheet>"""


@dataclass(frozen=True)
class LoadWorld:
    """A folder with a database to load into."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "test.duckdb"

    def load(self, table: str, *arguments: object) -> Result:
        """Run `leadscore load`."""
        words = ["load", table, *map(str, arguments), "--database", str(self.database)]
        return CliRunner().invoke(app, words)

    def loaded(self, table: str, *arguments: object) -> Result:
        """Run it, and see that it succeeds."""
        result = self.load(table, *arguments)
        assert result.exit_code == 0, result.output
        return result

    def refused(self, table: str, *arguments: object, code: int = 1) -> str:
        """Run it, see that it fails and that nothing is loaded or left behind; what it says."""
        before = self._loads()
        result = self.load(table, *arguments)
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        assert self._loads() == before
        assert not list(self.folder.glob("*.tmp"))
        return result.stderr

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query finds in the database."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return list(connection.execute(sql).fetchall())

    def _loads(self) -> list[tuple[Any, ...]]:
        """What has been loaded so far."""
        if not self.database.exists():
            return []
        log = self.rows("select 1 from information_schema.tables where table_name = 'load_log'")
        return self.rows("from raw.load_log") if log else []

    def written(self, name: str, content: str | bytes) -> Path:
        """A file of the folder."""
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path


@dataclass(frozen=True)
class Dated:
    """A number that a cell shows as a date, and with a time if it is to."""

    number: float
    has_time: bool = False


def workbook(*sheets: Sequence[Sequence[object]]) -> bytes:
    """An Excel workbook; its cells are texts, numbers, booleans, dates (`Dated`) and nothing (None)."""
    numbers = range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        + "".join(f'<sheet name="Sheet{n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="s" '
        f'Type="{OFFICE}/styles" Target="styles.xml"/>'
        + "".join(
            f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in numbers
        )
        + "</Relationships>",
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{n}.xml": _sheet(rows) for n, rows in zip(numbers, sheets, strict=True)},
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name), f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return content.getvalue()


def _sheet(rows: Sequence[Sequence[object]]) -> str:
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = "".join(_cell(f"{chr(65 + index)}{number}", value) for index, value in enumerate(row))
        lines.append(f'<row r="{number}">{cells}</row>')
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _cell(place: str, value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
        case int() | float():
            return f'<c r="{place}"><v>{value!r}</v></c>'
        case Dated():
            return f'<c r="{place}" s="{2 if value.has_time else 1}"><v>{value.number!r}</v></c>'
    text = escape(str(value))
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
