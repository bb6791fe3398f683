"""What a file is, by its first bytes: names are often wrong."""

import os
import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from leadscore.errors import LoadRefusedError
from leadscore.raw.formats.encodings import encoding_of

HEAD_BYTES = 4096
GZIP = b"\x1f\x8b"
PARQUET = b"PAR1"
EXCEL_ADVICE = "Open it in Excel, save it as .xlsx or as CSV UTF-8, and load that."
SAVE_ADVICE = "Export the rows as CSV, JSON, Parquet or .xlsx, and load that."
UNPACK_ADVICE = "Unpack it first, and load what is in it. Of packed files load reads gzip (.gz)."


class Kind(StrEnum):
    """The formats that can be read, in words."""

    DELIMITED = "CSV"
    JSON_LINES = "JSON lines"
    JSON_ARRAY = "a JSON array"
    PARQUET = "Parquet"
    WORKBOOK = "an Excel workbook"


TEXTS = (Kind.DELIMITED, Kind.JSON_LINES, Kind.JSON_ARRAY)
# The end of a name -> the format that it promises.
PROMISED = {
    ".csv": Kind.DELIMITED,
    ".tsv": Kind.DELIMITED,
    ".txt": Kind.DELIMITED,
    ".jsonl": Kind.JSON_LINES,
    ".ndjson": Kind.JSON_LINES,
    ".json": Kind.JSON_LINES,
    ".parquet": Kind.PARQUET,
    ".xlsx": Kind.WORKBOOK,
}


@dataclass(frozen=True)
class Foreign:
    """A format that can't be read.

    Attributes:
        beginning: A pattern of its first bytes.
        name: What it is.
        advice: What to do.
    """

    beginning: bytes
    name: str
    advice: str = SAVE_ADVICE


FOREIGN = (
    Foreign(
        rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Excel workbook (.xls), or one with a password",
        EXCEL_ADVICE,
    ),
    Foreign(rb"\x09[\x00\x02\x04\x08][\x04\x06\x08\x10]\x00", "an old Excel workbook (.xls)", EXCEL_ADVICE),
    Foreign(rb"%PDF-", "a PDF"),
    Foreign(
        rb"(?i)\s*(<!--.*?-->\s*)?<(!doctype html|html|head|body|table|meta|style|div)\b",
        "an HTML page",
        EXCEL_ADVICE,
    ),
    Foreign(
        rb"(?is)\s*<\?xml.{0,200}<(\?mso-application|(ss:)?workbook)\b",
        "an Excel workbook as XML",
        EXCEL_ADVICE,
    ),
    Foreign(rb"\s*<\?xml\b", "XML"),
    Foreign(rb"\{\\rtf", "a text of a word processor (RTF)"),
    Foreign(rb"BZh[1-9]1AY&SY", "a bzip2 archive", UNPACK_ADVICE),
    Foreign(rb"\xfd7zXZ\x00", "an xz archive", UNPACK_ADVICE),
    Foreign(rb"\x28\xb5\x2f\xfd", "a Zstandard archive", UNPACK_ADVICE),
    Foreign(rb"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK_ADVICE),
    Foreign(rb"Rar!\x1a\x07", "a RAR archive", UNPACK_ADVICE),
    Foreign(rb"(?s)(?=.{1,99}\x00).{257}ustar", "a tar archive", UNPACK_ADVICE),
    Foreign(rb"SQLite format 3\x00", "an SQLite database"),
    Foreign(rb"(?s).{8}DUCK.\x00{3}", "a DuckDB database"),
    Foreign(rb"ORC[\x00-\x08\x0e-\x1f\x80-\xff]", "an ORC file"),
    Foreign(rb"Obj\x01", "an Avro file"),
    Foreign(rb"ARROW1\x00\x00", "an Arrow file"),
    Foreign(rb"\x89PNG|\xff\xd8\xff|GIF8[79]a", "a picture"),
)
# What a zip archive is that holds a part of this name.
ZIPPED = {
    "xl/workbook.bin": ("an Excel workbook in binary (.xlsb)", EXCEL_ADVICE),
    "word/document.xml": ("a Word document", SAVE_ADVICE),
    "ppt/presentation.xml": ("a PowerPoint presentation", SAVE_ADVICE),
    "content.xml": ("an OpenDocument file, such as LibreOffice writes", EXCEL_ADVICE),
    "Index/Document.iwa": ("a document of Apple's (.numbers, .pages)", EXCEL_ADVICE),
}
# How JSON begins, whatever the name: a CSV's header may begin with a bracket too.
ARRAY_OF_OBJECTS = re.compile(r'\s*\[\s*\{\s*["}]')
OBJECT = re.compile(r'\s*\{\s*["}]')


def head_of(path: Path) -> bytes:
    """The first bytes of a file."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def recognised(path: Path, content: Path, promised: Kind | None, encoding: str | None) -> Kind | None:
    """What a file is; None if it is text of which only the name tells more.

    Args:
        path: The file that messages name.
        content: Where its content is.
        promised: What its name says.
        encoding: How its user says that it is encoded.

    Raises:
        LoadRefusedError: It is something that can't be read.
    """
    head = head_of(content)
    if head.startswith(PARQUET) and (promised == Kind.PARQUET or _ends_with(content, PARQUET)):
        return Kind.PARQUET
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(path, content)
    for foreign in FOREIGN:
        if re.match(foreign.beginning, head):
            raise refusal(path, foreign.name, foreign.advice)
    text = head.decode(encoding_of(head, encoding), errors="replace").removeprefix("\ufeff").lstrip()
    named_json = promised == Kind.JSON_LINES
    if ARRAY_OF_OBJECTS.match(text) or (named_json and text.startswith("[")):
        return Kind.JSON_ARRAY
    if OBJECT.match(text) or (named_json and text.startswith("{")):
        return Kind.JSON_LINES
    return Kind.DELIMITED if named_json and _is_header(text) else None


def refusal(path: Path, name: str, advice: str) -> LoadRefusedError:
    """Say what a file is that can't be read."""
    return LoadRefusedError(f"{path} can't be loaded: this is {under_its_name(name, path)}", advice)


def under_its_name(name: str, path: Path) -> str:
    """What a file is, and how it is called."""
    end = "".join(path.suffixes[-2:]) if path.suffix.lower() == ".gz" else path.suffix
    return f"{name} under the name {end}" if end else f"{name} under a name without an ending"


def _ends_with(content: Path, end: bytes) -> bool:
    with content.open("rb") as file:
        file.seek(-min(len(end), content.stat().st_size), os.SEEK_END)
        return file.read() == end


def _is_header(text: str) -> bool:
    """Whether a text begins as a CSV does, and not as JSON may: with several words."""
    line = text.partition("\n")[0].strip()
    return re.fullmatch(r'"?[^\W\d][^"]*"?([,;\t|].*)', line) is not None


def _zipped(path: Path, content: Path) -> Kind:
    try:
        with zipfile.ZipFile(content) as parts:
            names = set(parts.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise refusal(path, f"a broken zip archive or workbook ({error})", "Get the file again.") from error
    if "xl/workbook.xml" in names:
        return Kind.WORKBOOK
    for part, (name, advice) in ZIPPED.items():
        if part in names:
            raise refusal(path, name, advice)
    raise refusal(path, "a zip archive", UNPACK_ADVICE)
