"""Which format of a file a user means."""

from pathlib import Path

from leadscore.errors import UsageMistakeError
from leadscore.raw.formats.delimited import DelimitedFile
from leadscore.raw.formats.json_lines import JsonLinesFile
from leadscore.raw.formats.parquet import ParquetFile
from leadscore.raw.formats.raw_file import RawFile
from leadscore.raw.tables import LOADED_AT, RawTable

FORMATS_IN_WORDS = "CSV (.csv, .tsv, .txt), JSON lines (.jsonl, .ndjson, .json) and Parquet (.parquet)"


def raw_file(path: Path, table: RawTable) -> RawFile:
    """The file at a path, in the format that its name tells."""
    if not path.is_file():
        raise UsageMistakeError(f"there is no file {path}", "Check the path; nothing was loaded.")
    known = {*table.columns, LOADED_AT}
    match path.suffix.lower():
        case ".csv" | ".tsv" | ".txt":
            return DelimitedFile(path, known)
        case ".jsonl" | ".ndjson" | ".json":
            return JsonLinesFile(path, known)
        case ".parquet":
            return ParquetFile(path)
    raise UsageMistakeError(f"{path}: the name doesn't tell the format", f"Files are {FORMATS_IN_WORDS}.")
