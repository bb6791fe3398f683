"""The columns of a file and those of its table: which is which, and what becomes of the rest."""

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from leadscore.errors import LoadRefusedError, UsageMistakeError
from leadscore.raw.formats.raw_file import Reading
from leadscore.raw.headers import header_key, listed, near
from leadscore.raw.mapping import FALSE, TRUE, ColumnMapping, LoadOptions
from leadscore.raw.notations import Notation, rewritten_sql, said_of, stays_sql
from leadscore.raw.tables import LOADED_AT, RawTable
from leadscore.raw.white_space import WHITE_SPACE, blank_sql, trimmed_sql
from leadscore.storage.database import literal

TWICE = "two keys of an object are this column:"


@dataclass(frozen=True)
class Restricted:
    """A column of which a mapping says how its values are written.

    Attributes:
        header: Its header.
        text_sql: SQL of its text.
        is_known_sql: SQL that is true where something stands that is written so, or nothing.
        value_sql: SQL of what is meant.
        fault: What is wrong with other values, in words.
        advice: What to do about them.
    """

    header: str
    text_sql: str
    is_known_sql: str
    value_sql: str
    fault: str
    advice: str


@dataclass(frozen=True)
class Matched:
    """What becomes of the columns of a file.

    Attributes:
        columns: Column of the table -> SQL of its text.
        rest: Name within the table's JSON column -> SQL of its JSON, null where the cell is empty.
        left_out: Headers that go nowhere.
        absent: Headers that the mapping names, and that may be missing: the file lacks them.
        restricted: Columns in which not everything may stand.
    """

    columns: Mapping[str, str]
    rest: Mapping[str, str]
    left_out: Sequence[str] = ()
    absent: Sequence[str] = ()
    restricted: Sequence[Restricted] = field(default_factory=tuple)


def matched(table: RawTable, path: Path, reading: Reading, options: LoadOptions) -> Matched:
    """Find the columns of a table in a file.

    Args:
        table: The raw table.
        path: The file.
        reading: What it holds.
        options: What the user says of its columns.

    Raises:
        UsageMistakeError: The mapping names a header that isn't there.
        LoadRefusedError: A column isn't there without which the table takes no row.
    """
    by_key: dict[str, list[str]] = {}
    for header in reading.columns:
        by_key.setdefault(header_key(header), []).append(header)
    _refuse_unknown_headers(path, reading, by_key, options)
    columns: dict[str, str] = {}
    restricted: list[Restricted] = []
    for column in table.columns:
        said = options.mapping.get(column, ColumnMapping("", header=column))
        headers = by_key.get(header_key(said.header or ""), [])
        if said.value is not None:
            columns[column] = literal(said.value)
        elif headers:
            columns[column] = _without_sql(_one_sql(column, headers, reading), said.prefix)
            if said.words:
                restricted.append(_by_words(headers[0], columns[column], said.words))
            elif said.notation:
                numbers = " or ".join(reading.numbers.get(header, "false") for header in headers)
                restricted.append(_by_notation(headers[0], columns[column], said.notation, numbers))
            if said.words or said.notation:
                columns[column] = restricted[-1].value_sql
    _require_columns(table, path, reading, columns)
    takes_rest = table.rest is not None and not options.drop_rest
    named = [said.header for said in options.mapping.values() if said.header and reading.has_rows]
    return Matched(
        columns=columns,
        rest=_named(reading) if takes_rest else {},
        left_out=[header for header in reading.rest if not takes_rest or header_key(header) == LOADED_AT],
        absent=[header for header in named if header_key(header) not in by_key],
        restricted=restricted,
    )


def merged_sql(held: str, rest: str) -> str:
    """SQL of a JSON object with the rest behind what it holds.

    What can't be read as an object stays as it is: the models record it.

    Args:
        held: SQL of the object's text, which may be null.
        rest: SQL of what comes behind, `"key":value,"key":value`; empty where there is nothing.
    """
    trimmed = f"rtrim({held}, {literal(WHITE_SPACE)})"
    return f"""case
        when {rest} = '' then {held}
        when {blank_sql(held)} then '{{' || {rest} || '}}'
        when {keys_sql(held)} is null then {held}
        else left({trimmed}, -1) || case when len({keys_sql(held)}) > 0 then ',' else '' end || {rest} || '}}'
    end"""


def rest_sql(held: str | None, rest: Mapping[str, str]) -> str:
    """SQL of the columns that the table lacks, as JSON goes on: `"key":value,"key":value`.

    Args:
        held: SQL of the object that they go into, whose keys stay; None: the file has none.
        rest: Name -> SQL of its JSON.
    """
    parts = []
    for name, value in rest.items():
        free = f"not coalesce(list_contains({keys_sql(held)}, {literal(name)}), false)" if held else "true"
        key = literal(f"{json.dumps(name, ensure_ascii=False)}:")
        parts.append(f"case when {free} then {key} || {value} end")
    return f"concat_ws(',', {', '.join(parts)})"


def keys_sql(text: str) -> str:
    """SQL of the keys of a JSON object; null if a text is none."""
    return f"case when json_valid({text}) and json_type({text}) = 'OBJECT' then json_keys({text}) end"


def _named(reading: Reading) -> dict[str, str]:
    """The rest of the columns by their names: their headers, in normal form C as seeds are."""
    found: dict[str, str] = {}
    for header, value in reading.rest.items():
        name = unicodedata.normalize("NFC", header)
        if header_key(header) != LOADED_AT:
            found[header if name in found else name] = value
    return found


def _one_sql(column: str, headers: Sequence[str], reading: Reading) -> str:
    """The text of a column, which JSON may write in any case; two of one object can't both be meant."""
    texts = [reading.columns[header] for header in headers]
    if len(texts) == 1:
        return texts[0]
    filled = " + ".join(f"cast({text} is not null as integer)" for text in texts)
    message = literal(f"{TWICE} {listed(headers)} ({column})")
    return f"case when {filled} > 1 then error({message}) else coalesce({', '.join(texts)}) end"


def _without_sql(text: str, prefix: str) -> str:
    """A text without what stands before it and isn't part of it."""
    if not prefix:
        return text
    rest = f"substr({text}, {len(prefix) + 1})"
    return f"case when starts_with({text}, {literal(prefix)}) then {rest} else {text} end"


def _by_words(header: str, text: str, words: Mapping[str, str]) -> Restricted:
    return Restricted(
        header,
        text,
        is_known_sql=f"{_is_one_of_sql(text, words)} or {blank_sql(text)}",
        value_sql=_meaning_sql(text, words),
        fault="the mapping doesn't say what these words mean",
        advice="Add each to the mapping's list true, false or missing.",
    )


def _by_notation(header: str, text: str, notation: Notation, is_number: str) -> Restricted:
    stays, rewritten = stays_sql(text, notation, is_number), rewritten_sql(text, notation)
    return Restricted(
        header,
        text,
        is_known_sql=f"{stays} or {rewritten} is not null",
        value_sql=f"case when {stays} then {text} else {rewritten} end",
        fault=f"the mapping says {said_of(notation)}, and these aren't written so",
        advice="Correct the mapping, or these values.",
    )


def _meaning_sql(text: str, words: Mapping[str, str]) -> str:
    of = {meaning: [word for word in words if words[word] == meaning] for meaning in (TRUE, FALSE)}
    cases = [
        f"when {_is_one_of_sql(text, found)} then {literal(meaning)}"
        for meaning, found in of.items()
        if found
    ]
    return f"case {' '.join(cases)} end" if cases else "cast(null as varchar)"


def _is_one_of_sql(text: str, words: Iterable[str]) -> str:
    """Whether a text is one of some words; whatever their case and the form of accents."""
    keys = ", ".join(_word_key_sql(literal(word)) for word in words)
    filled = f"coalesce({text}, '')"
    return f"{_word_key_sql(filled)} in ({keys})"


def _word_key_sql(text: str) -> str:
    return f"lower(nfc_normalize({trimmed_sql(text)}))"


def _refuse_unknown_headers(
    path: Path, reading: Reading, by_key: Mapping[str, Sequence[str]], options: LoadOptions
) -> None:
    wrong = {
        column: said
        for column, said in options.mapping.items()
        if said.header and not said.is_optional and header_key(said.header) not in by_key
    }
    if not wrong or not reading.has_rows:
        return
    mistakes = []
    for column, said in wrong.items():
        likely = [repr(header) for header in near(said.header or "", reading.headers)]
        meant = f"; did you mean {' or '.join(likely)}?" if likely else ""
        mistakes.append(
            f"{path} has no column {said.header!r}, which {said.said_by} names for {column}{meant}"
        )
    raise UsageMistakeError(
        mistakes,
        f"Columns found: {listed(reading.headers)}. Nothing was loaded: correct the mapping and load again.",
    )


def _require_columns(table: RawTable, path: Path, reading: Reading, columns: Mapping[str, str]) -> None:
    missing = [column for column in table.required if column not in columns]
    if missing and reading.has_rows:
        likely = next(iter(near(missing[0], reading.headers)), "its header")
        raise LoadRefusedError(
            f"{path} lacks {', '.join(missing)}, which {table.name} needs; nothing was loaded",
            f"Columns found: {listed(reading.headers)}. Say which they are, such as "
            f"--map {missing[0]}='{likely}', or rename them and load again.",
        )
