"""JSON: an object a line, or one array of objects. Objects within stay JSON, numbers keep their text."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from leadscore.errors import LeadscoreError, LoadRefusedError
from leadscore.raw.formats.encodings import SAY_THE_ENCODING
from leadscore.raw.formats.raw_file import Reading
from leadscore.raw.headers import header_key
from leadscore.raw.white_space import blank_sql
from leadscore.storage.database import Database, file_literal, identifier, literal

LONGEST_OBJECT_BYTES = 32_000_000
NOT_UTF8 = "isn't UTF-8"
ARRAY_ADVICE = "The file must be one JSON array of objects, in UTF-8; correct it and load again."
ADVICE = "Each line must be one JSON object, in UTF-8; correct the line and load again."

# DuckDB reads 1.10 as a float and gives 1.1 back. So fractions outside strings become strings that start
# with U+0001, which is taken off again after parsing.
_FRACTION = r"-?[0-9]+(?:\.[0-9]+(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)"
_STRING_OR_FRACTION = rf"""'"(?:[^"\\]|\\.)*"|{_FRACTION}'"""
_ENCLOSED = rf"regexp_replace(json, {_STRING_OR_FRACTION}, chr(1) || '\0' || chr(2), 'g')"
_FRACTIONS_ENCLOSED = rf"""replace(replace({_ENCLOSED}, chr(1) || '"', '"'), '"' || chr(2), '"')"""
_MARKED = rf"""replace(replace({_FRACTIONS_ENCLOSED}, chr(1), '"\u0001'), chr(2), '"')"""
_TEXT = rf"case when regexp_matches(json, '[:\[,]\s*{_FRACTION}') then {_MARKED} else json end"
_VALUES_UNMARKED = rf"""regexp_replace(value, '"\\u0001({_FRACTION})"', '\1', 'g')"""
_UNMARKED = rf"""case
    when starts_with(value, chr(1)) then substr(value, 2)
    when contains(value, '"\u0001') then {_VALUES_UNMARKED}
    else value
end"""
# As JSON; null where nothing stands but white space.
_REST = rf"""case
    when starts_with(value, '"') and {blank_sql("value ->> '$'")} then null
    when contains(value, '"\u0001') then {_VALUES_UNMARKED}
    else cast(value as varchar)
end"""


@dataclass(frozen=True)
class JsonFile:
    """A file of JSON objects.

    Attributes:
        path: The file.
        content: Where its content is, in UTF-8.
        wanted: The keys of the headers that become columns.
        is_array: Whether it is one array; else there is an object a line.
    """

    path: Path
    content: Path
    wanted: Collection[str]
    is_array: bool = False

    def reading(self, database: Database) -> Reading:
        """Look at every object for its keys."""
        options = f"format = '{'array' if self.is_array else 'newline_delimited'}', "
        options += f"maximum_object_size = {LONGEST_OBJECT_BYTES}"
        objects = f"read_json_objects({file_literal(self.content)}, {options}) as objects (json)"
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
            raise self.refusal(LoadRefusedError("an element is not an object"))
        keys = sorted(str(key) for _, found in kinds for key in found)
        wanted = [key for key in keys if header_key(key) in self.wanted]
        # DuckDB's structures have no two names that differ in case alone.
        structures: list[dict[str, str]] = []
        values: dict[str, str] = {}
        for key in keys:
            number = sum(key.casefold() in map(str.casefold, structure) for structure in structures)
            if number == len(structures):
                structures.append({})
            structures[number][key] = "VARCHAR" if key in wanted else "JSON"
            values[key] = f"parsed_{number}.{identifier(key)}"
        parsed = [
            f"json_transform({_TEXT}, {literal(json.dumps(structure))}) as parsed_{number}"
            for number, structure in enumerate(structures)
        ]
        return Reading(
            columns={key: _UNMARKED.replace("value", values[key]) for key in wanted},
            rest={key: _REST.replace("value", values[key]) for key in keys if key not in wanted},
            headers=keys,
            relation=f"(select {', '.join(parsed) or '1'} from {objects})",
            numbers={key: f"starts_with({values[key]}, chr(1))" for key in wanted},
            has_rows=bool(kinds),
        )

    def refusal(self, problem: LeadscoreError) -> LeadscoreError:
        """Find the first line that isn't a JSON object; DuckDB's own count is one off."""
        if self.is_array:
            return self._refusal_of_array(problem)
        with self.content.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if fault := _fault(line):
                    advice = SAY_THE_ENCODING if fault == NOT_UTF8 else ADVICE
                    return LoadRefusedError(f"{self.path}, line {number} {fault}; nothing was loaded", advice)
        return LoadRefusedError(f"{self.path}: {problem.message.splitlines()[0]}; nothing was loaded", ADVICE)

    def _refusal_of_array(self, problem: LeadscoreError) -> LeadscoreError:
        message = problem.message.splitlines()[0]
        if "unicode" in message.lower() or "utf-8" in message.lower():
            return LoadRefusedError(f"{self.path} {NOT_UTF8}; nothing was loaded", SAY_THE_ENCODING)
        if "Missing closing br" in message:
            message = "the array isn't JSON: it has no end"
        if place := re.search(r"in record/value (\d+): (.*)", message):  # DuckDB's own count is one off
            message = f"element {int(place[1]) - 1:,} isn't JSON: {place[2].rstrip('. ')}"
        return LoadRefusedError(f"{self.path}: {message}; nothing was loaded", ARRAY_ADVICE)


def _fault(line: bytes) -> str | None:
    if not line.strip():
        return None
    if line.startswith(b"\xef\xbb\xbf"):
        return "starts with a byte order mark"
    try:
        value = json.loads(line)
    except UnicodeDecodeError:
        return NOT_UTF8
    except ValueError as error:
        return f"isn't JSON: {error}"
    if not isinstance(value, dict):
        return "isn't a JSON object"
    return None
