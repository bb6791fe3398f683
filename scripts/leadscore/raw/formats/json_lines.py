"""JSON lines: an object a line. Objects within stay JSON, numbers keep their text."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from leadscore.errors import LeadscoreError, LoadRefusedError
from leadscore.raw.formats.raw_file import Reading
from leadscore.storage.database import Database, file_literal, identifier, literal

LONGEST_LINE_BYTES = 32_000_000
ADVICE = "Each line must be one JSON object, in UTF-8; correct the line and load again."

# DuckDB reads 1.10 as a float and gives 1.1 back. So fractions outside strings become strings that start
# with U+0001, which is taken off again after parsing.
_FRACTION = r"-?[0-9]+(?:\.[0-9]+(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)"
_STRING_OR_FRACTION = rf"""'"(?:[^"\\]|\\.)*"|{_FRACTION}'"""
_ENCLOSED = rf"regexp_replace(json, {_STRING_OR_FRACTION}, chr(1) || '\0' || chr(2), 'g')"
_FRACTIONS_ENCLOSED = rf"""replace(replace({_ENCLOSED}, chr(1) || '"', '"'), '"' || chr(2), '"')"""
_MARKED = rf"""replace(replace({_FRACTIONS_ENCLOSED}, chr(1), '"\u0001'), chr(2), '"')"""
_TEXT = rf"case when regexp_matches(json, '[:\[,]\s*{_FRACTION}') then {_MARKED} else json end"
_UNMARKED = rf"""case
    when starts_with(value, chr(1)) then substr(value, 2)
    when contains(value, '"\u0001') then regexp_replace(value, '"\\u0001({_FRACTION})"', '\1', 'g')
    else value
end"""


@dataclass(frozen=True)
class JsonLinesFile:
    """A file with a JSON object a line.

    Attributes:
        path: The file.
        known: The columns that the raw table may have; other keys aren't read.
    """

    path: Path
    known: Collection[str]

    def reading(self, database: Database) -> Reading:
        """Look at every line for its keys."""
        options = f"maximum_object_size = {LONGEST_LINE_BYTES}"
        objects = f"read_ndjson_objects({file_literal(self.path)}, {options}) as lines (json)"
        kinds = database.execute(
            f"""
            select
                json_type(json) = 'OBJECT' as is_object,
                list_distinct(flatten(list(distinct json_keys(json)))) as keys
            from {objects}
            group by is_object
            """
        )
        if any(not is_object for is_object, _ in kinds):
            raise self.refusal(LoadRefusedError("a line is not an object"))
        keys = sorted(str(key) for _, found in kinds for key in found)
        structure = json.dumps({key: "VARCHAR" for key in keys if key in self.known})
        parsed = f"json_transform({_TEXT}, {literal(structure)}) as parsed"
        return Reading(
            columns={key: _UNMARKED.replace("value", f"parsed.{identifier(key)}") for key in keys},
            relation=f"(select {parsed} from {objects})",
            has_rows=bool(kinds),
        )

    def refusal(self, problem: LeadscoreError) -> LeadscoreError:
        """Find the first line that isn't a JSON object; DuckDB's own count is one off."""
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if fault := _fault(line):
                    return LoadRefusedError(f"{self.path}, line {number} {fault}; nothing was loaded", ADVICE)
        return LoadRefusedError(f"{self.path}: {problem.message.splitlines()[0]}; nothing was loaded", ADVICE)

    def refusal_of_count(self) -> LeadscoreError:
        """Rows can't get lost here."""
        raise NotImplementedError


def _fault(line: bytes) -> str | None:
    if not line.strip():
        return None
    if line.startswith(b"\xef\xbb\xbf"):
        return "starts with a byte order mark"
    try:
        value = json.loads(line)
    except UnicodeDecodeError:
        return "isn't UTF-8"
    except ValueError as error:
        return f"isn't JSON: {error}"
    if not isinstance(value, dict):
        return "isn't a JSON object"
    return None
