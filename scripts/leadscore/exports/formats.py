"""The formats of exported files: how DuckDB writes each, and how it is read again to search it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from leadscore.storage.database import file_literal, literal


class FileFormat(StrEnum):
    """The formats that there are."""

    CSV = "csv"
    PARQUET = "parquet"
    JSONL = "jsonl"


class Delimiter(StrEnum):
    """What may separate the cells of CSV, as users name it."""

    COMMA = "comma"
    SEMICOLON = "semicolon"
    TAB = "tab"
    BAR = "bar"


DELIMITERS = {Delimiter.COMMA: ",", Delimiter.SEMICOLON: ";", Delimiter.TAB: "\t", Delimiter.BAR: "|"}
BOM = "\ufeff"


@dataclass(frozen=True)
class Dialect:
    """How CSV is written.

    Attributes:
        delimiter: One of DELIMITERS.
        bom: Whether it begins with a byte order mark, by which Excel knows UTF-8.
    """

    delimiter: Delimiter = Delimiter.COMMA
    bom: bool = False


@dataclass(frozen=True)
class Format:
    """A format; its name is also the suffix of its files.

    Attributes:
        copy_options: The options of DuckDB's `copy ... to`.
        relation_sql: What stands after `from` to read a file of it; None: it is searched as text.
        texts_sql: The same of a file whose columns, all text, are known; None: it isn't read again.
        for_spreadsheets: Whether a spreadsheet may open it and run what looks like a formula.
        nests: Whether attributes are objects in it, not their text.
        appends: Whether two files of it, one after the other, are a file of it.
    """

    copy_options: str
    relation_sql: Callable[[Path], str] | None = None
    texts_sql: Callable[[Path, Dialect, Sequence[str]], str] | None = None
    for_spreadsheets: bool = False
    nests: bool = False
    appends: bool = False

    def written(self, dialect: Dialect) -> "Format":
        """The format as it is written in a dialect; only CSV has any."""
        if not self.for_spreadsheets:
            return self
        delimiter = literal(DELIMITERS[dialect.delimiter])
        return replace(self, copy_options=f"{self.copy_options}, delimiter {delimiter}")


def _csv_sql(path: Path, dialect: Dialect, names: Sequence[str]) -> str:
    delimiter = literal(DELIMITERS[dialect.delimiter])
    return f"""read_csv(
        {file_literal(path)}, auto_detect = false, header = true, delim = {delimiter},
        quote = '"', escape = '"', nullstr = '', columns = {_texts(names)}
    )"""


def _jsonl_sql(path: Path, dialect: Dialect, names: Sequence[str]) -> str:
    del dialect
    return f"read_json({file_literal(path)}, format = 'newline_delimited', columns = {_texts(names)})"


def _parquet_sql(path: Path) -> str:
    return f"read_parquet({file_literal(path)})"


def _texts(names: Sequence[str]) -> str:
    types = [f"{literal(name)}: 'varchar'" for name in names]
    return f"{{{', '.join(types)}}}"


FORMATS: dict[str, Format] = {
    FileFormat.CSV: Format(
        "format csv, header true, quote '\"', escape '\"', null ''",
        texts_sql=_csv_sql,
        for_spreadsheets=True,
    ),
    FileFormat.PARQUET: Format(
        "format parquet, compression zstd", _parquet_sql, lambda path, _dialect, _names: _parquet_sql(path)
    ),
    FileFormat.JSONL: Format("format json, array false", texts_sql=_jsonl_sql, nests=True, appends=True),
}
