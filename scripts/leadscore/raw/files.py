"""The files that a user gives: unpacked, decoded, and in which format they are."""

import gzip
import shutil
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from leadscore.errors import LoadRefusedError, UsageMistakeError
from leadscore.raw.formats.delimited import DelimitedFile, loses_rows
from leadscore.raw.formats.encodings import UTF8, encoding_of, looks_like_utf16, write_as_utf8
from leadscore.raw.formats.json_objects import JsonFile
from leadscore.raw.formats.parquet import ParquetFile
from leadscore.raw.formats.raw_file import RawFile
from leadscore.raw.formats.recognition import (
    GZIP,
    PROMISED,
    TEXTS,
    Kind,
    head_of,
    recognised,
    refusal,
    under_its_name,
)
from leadscore.raw.formats.workbook import WorkbookFile
from leadscore.raw.mapping import AS_IT_IS, LoadOptions
from leadscore.raw.tables import RawTable
from leadscore.storage.files import checksum, scratch_file

FORMATS_IN_WORDS = (
    "CSV (.csv, .tsv, .txt), JSON lines and arrays (.jsonl, .ndjson, .json), Parquet (.parquet) "
    "and Excel workbooks (.xlsx), each also gzipped (.gz)"
)


@dataclass(frozen=True)
class OpenedFile:
    """A file that is ready to be read.

    Attributes:
        format: How its rows are read.
        digest: SHA-256 of its content, unpacked and decoded.
        note: What a user should know of how it was read; None: it is what its name says.
    """

    format: RawFile
    digest: str
    note: str | None


@dataclass(frozen=True)
class GivenFile:
    """A file that is there.

    Attributes:
        path: Where it is.
        table: The raw table that it is for.
        options: How it is read.
        database: The database beside which what has to be written out lies meanwhile.
    """

    path: Path
    table: RawTable
    options: LoadOptions
    database: Path

    @contextmanager
    def opened(self) -> Iterator[OpenedFile]:
        """The file, unpacked and decoded where it must be; what that takes is gone afterwards.

        Raises:
            LoadRefusedError: It isn't what load reads, or it is broken.
            UsageMistakeError: Neither its name nor its content tells what it is.
        """
        with ExitStack() as scratch:

            def place(name: str) -> Path:
                return scratch.enter_context(scratch_file(self.database, f"load-{name}"))

            content = self.path
            if head_of(content).startswith(GZIP):
                content = place("unpacked")
                _unpack(self.path, content)
            kind = self._kind(content)
            if kind in TEXTS:
                head = head_of(content)
                encoding = encoding_of(head, self.options.encoding)
                if encoding == "utf-8" and (found := looks_like_utf16(head)):
                    raise LoadRefusedError(
                        f"{self.path} isn't UTF-8, but looks like {found}; nothing was loaded",
                        f"Load it again with --encoding {found}.",
                    )
                # DuckDB passes over the mark of a CSV, but not over that of JSON.
                is_marked = encoding != "utf-8"
                if encoding not in UTF8 or (is_marked and (kind != Kind.DELIMITED or loses_rows(head))):
                    decoded = place("decoded")
                    write_as_utf8(self.path, content, encoding, decoded)
                    content = decoded
            yield OpenedFile(self._format(kind, content, place), checksum(content), self._note(kind))

    def _format(self, kind: Kind, content: Path, place: Callable[[str], Path]) -> RawFile:
        wanted = self.options.wanted(self.table)
        match kind:
            case Kind.PARQUET:
                return ParquetFile(self.path, content, wanted)
            case Kind.WORKBOOK:
                return WorkbookFile(self.path, content, wanted, lines=place("rows"))
            case Kind.JSON_LINES | Kind.JSON_ARRAY:
                return JsonFile(self.path, content, wanted, is_array=kind == Kind.JSON_ARRAY)
        return DelimitedFile(self.path, content, wanted)

    def _kind(self, content: Path) -> Kind:
        promised = _promised(self.path)
        kind = recognised(self.path, content, promised, self.options.encoding)
        if kind is not None:
            return kind
        if promised is None:
            raise UsageMistakeError(
                f"{self.path}: the name doesn't tell the format", f"Files are {FORMATS_IN_WORDS}."
            )
        if promised not in TEXTS:
            said = under_its_name("text" if head_of(content) else "an empty file", self.path)
            raise LoadRefusedError(
                f"{self.path} can't be read as {promised}: this is {said}",
                "If it is CSV or JSON, let its name end so; else export the rows again, and load that.",
            )
        return promised

    def _note(self, kind: Kind) -> str | None:
        promised = _promised(self.path)
        if kind == promised or {kind, promised} == {Kind.JSON_LINES, Kind.JSON_ARRAY}:
            return None
        return f"this is {under_its_name(kind, self.path)}, and was read as such"


def given_file(
    path: Path, table: RawTable, options: LoadOptions = AS_IT_IS, database: Path | None = None
) -> GivenFile:
    """The file at a path.

    Args:
        path: Where it is.
        table: The raw table that it is for.
        options: How it is read.
        database: The database; None: what must be written out lies beside the file.

    Raises:
        UsageMistakeError: There is none.
    """
    if path.is_dir():
        raise UsageMistakeError(f"{path} is a folder", "Name the files in it; nothing was loaded.")
    if not path.is_file():
        raise UsageMistakeError(f"there is no file {path}", "Check the path; nothing was loaded.")
    return GivenFile(path, table, options, database or path)


def _promised(path: Path) -> Kind | None:
    """The format that a name promises."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return PROMISED.get(suffixes[-1]) if suffixes else None


def _unpack(path: Path, content: Path) -> None:
    try:
        with gzip.open(path) as packed, content.open("wb") as file:
            shutil.copyfileobj(packed, file, 1 << 20)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise LoadRefusedError(
            f"{path} is broken: it can't be unpacked to its end ({error}); nothing was loaded",
            "Get it again.",
        ) from error
    if head_of(content).startswith(GZIP):
        raise refusal(path, "gzip within gzip", "Unpack it once and load that.")
