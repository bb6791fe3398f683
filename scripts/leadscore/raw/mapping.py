"""What a user says of the columns of files: which header is which column, and what its words mean."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from leadscore.errors import UsageMistakeError
from leadscore.raw.headers import header_key, listed, near
from leadscore.raw.notations import KEYS, Notation
from leadscore.raw.tables import BOOLEANS, LOADED_AT, RawTable

TRUE, FALSE, MISSING = "true", "false", "missing"
WORDS = (TRUE, FALSE, MISSING)
SAID = ("column", "value", "optional", "prefix", *KEYS, *WORDS)
NOTHING = "Nothing was loaded. docs/loading.md has examples."


@dataclass(frozen=True)
class ColumnMapping:
    """Where a column of the table comes from.

    Attributes:
        said_by: Who says so: `--map`, or the mapping's file.
        header: The header of the file; None: the column is `value` in every row.
        value: What stands in every row.
        is_optional: Whether a file may lack the header.
        prefix: What stands before values and isn't part of them, where it stands there.
        words: Words of the file -> true, false or missing; empty: the column stays as it is written.
        notation: How the file writes its numbers or dates; None: as the models read them.
    """

    said_by: str
    header: str | None = None
    value: str | None = None
    is_optional: bool = False
    prefix: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    notation: Notation | None = None


@dataclass(frozen=True)
class LoadOptions:
    """How files are read.

    Attributes:
        mapping: Column of the table -> where it comes from; the others come from the header of their name.
        drop_rest: Whether columns that the table lacks are left out.
        encoding: How text files are encoded that have no byte order mark; None: in UTF-8.
    """

    mapping: Mapping[str, ColumnMapping] = field(default_factory=dict)
    drop_rest: bool = False
    encoding: str | None = None

    def wanted(self, table: RawTable) -> frozenset[str]:
        """The keys of the headers that become columns of the table."""
        own = {header_key(column) for column in table.columns if column not in self.mapping}
        return frozenset(own | {header_key(said.header) for said in self.mapping.values() if said.header})

    def written(self) -> str:
        """All that makes other rows of the same file, as text; empty if nothing does."""
        said = {
            column: [
                header_key(said.header or ""),
                said.value,
                sorted(said.words.items()),
                *filter(None, [said.prefix, said.notation and {"notation": said.notation}]),
            ]
            for column, said in self.mapping.items()
        }
        return json.dumps([said, self.drop_rest], sort_keys=True) if said or self.drop_rest else ""


AS_IT_IS = LoadOptions()


def given_mapping(table: RawTable, file: Path | None, pairs: Sequence[str]) -> dict[str, ColumnMapping]:
    """The mapping of a file and of options, which go before it.

    Args:
        table: The raw table.
        file: A YAML object, column: header; None: there is none.
        pairs: What `--map` says: `column=header`.

    Raises:
        UsageMistakeError: Something about it can't be; all of it is said at once.
    """
    mistakes: list[str] = []
    from_file = _from_file(table, file, mistakes) if file else {}
    from_options = _from_options(table, pairs, mistakes)
    if mistakes:
        raise UsageMistakeError(mistakes, NOTHING)
    return {**from_file, **from_options}


def _from_options(table: RawTable, pairs: Sequence[str], mistakes: list[str]) -> dict[str, ColumnMapping]:
    mapping: dict[str, ColumnMapping] = {}
    for pair in pairs:
        name, equals, header = pair.partition("=")
        if not equals or not header.strip():
            mistakes.append(f"--map {pair!r} is no column=header; such as --map contact_id='Record ID'")
            continue
        column = _column(table, name, f"--map {pair!r}", mistakes, header)
        if column and column in mapping:
            mistakes.append(f"--map names {column} twice; give one header")
        elif column:
            mapping[column] = ColumnMapping("--map", header=header)
    return mapping


def _from_file(table: RawTable, file: Path, mistakes: list[str]) -> dict[str, ColumnMapping]:
    written = _object(file, mistakes)
    mapping: dict[str, ColumnMapping] = {}
    for name, said in written.items():
        where = f"{file}: {name}"
        column = _column(table, name, where, mistakes, said if isinstance(said, str) else "")
        if column and column in mapping:
            mistakes.append(f"{where} stands there twice; leave one of them")
        elif column:
            mapping[column] = _column_mapping(column, said, str(file), where, mistakes)
    return mapping


def _object(file: Path, mistakes: list[str]) -> dict[str, Any]:
    """A YAML object whose scalars are all text: `yes` is a word here, and `012` three digits."""
    try:
        written = yaml.load(file.read_text(encoding="utf-8-sig"), Loader=_TextLoader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mistakes.append(f"{file} isn't YAML: {' '.join(str(error).split())}")
        return {}
    except OSError as error:
        mistakes.append(f"{file} can't be read: {error.strerror}")
        return {}
    if not isinstance(written, dict) or not all(isinstance(name, str) for name in written):
        mistakes.append(f"{file} is no YAML object, a line for each column: contact_id: Record ID")
        return {}
    return written


class _TextLoader(yaml.BaseLoader):  # type: ignore[misc]
    """YAML in which a name stands once: of two, the first would go without a word."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        names = [key.value for key, _ in node.value]
        if twice := [str(name) for name in names if names.count(name) > 1]:
            raise yaml.constructor.ConstructorError(
                None, None, f"{twice[0]} stands there twice", node.start_mark
            )
        return super().construct_mapping(node, deep)


def _column(table: RawTable, name: str, where: str, mistakes: list[str], header: str) -> str | None:
    """The column of a table that is meant; None, with a mistake, if there is none."""
    key = header_key(name)
    if key in table.columns:
        return key
    if key == LOADED_AT:
        mistakes.append(f"{where}: load sets {LOADED_AT} itself; leave it out")
    elif header_key(header) in table.columns:
        mistakes.append(
            f"{where}: the column comes first, then the header: {header_key(header)}, {name.strip()}"
        )
    else:
        likely = near(name, table.columns)
        meant = f"; did you mean {' or '.join(likely)}?" if likely else "."
        columns = listed(table.columns)
        mistakes.append(f"{where}: {name.strip()!r} is no column of {table.name}{meant} Columns: {columns}")
    return None


def _column_mapping(column: str, said: object, file: str, where: str, mistakes: list[str]) -> ColumnMapping:
    """What a file says of a column: a header, or an object."""
    if isinstance(said, str):
        said = {"column": said}
    if not isinstance(said, dict):
        mistakes.append(f"{where}: a header is text; or an object with {listed(SAID)}")
        return ColumnMapping(file)
    header, value = (said.get(name) for name in ("column", "value"))
    words, notation = _words(column, said, where, mistakes), _notation(column, said, where, mistakes)
    optional, prefix = said.get("optional", FALSE), said.get("prefix", "")
    if unknown := [str(name) for name in said if name not in SAID]:
        mistakes.append(f"{where}: {listed(unknown)} means nothing here; there are {listed(SAID)}")
    if (header is None) == (value is None):
        mistakes.append(f"{where}: say either column (a header) or value (what stands in every row)")
    elif not isinstance(header or value, str) or not str(header or value).strip():
        mistakes.append(f"{where}: the {'header' if value is None else 'value'} is no text, or empty")
    elif optional not in (TRUE, FALSE):
        mistakes.append(f"{where}: optional is true or false")
    elif not isinstance(prefix, str) or ("prefix" in said and not prefix.strip()):
        mistakes.append(f"{where}: the prefix is no text, or empty")
    elif header is None and (words or prefix or notation or "optional" in said):
        mistakes.append(f"{where}: a value needs no words and no prefix, and is never missing")
    return ColumnMapping(
        file,
        header=header if isinstance(header, str) else None,
        value=value if isinstance(value, str) else None,
        is_optional=optional == TRUE,
        prefix=prefix if isinstance(prefix, str) else "",
        words=words,
        notation=notation,
    )


def _notation(column: str, said: Mapping[str, Any], where: str, mistakes: list[str]) -> Notation | None:
    """What is said of how the numbers or dates of a column are written."""
    found = None
    for name, key in KEYS.items():
        if name not in said:
            continue
        if column not in key.columns:
            mistakes.append(f"{where}: {name} is for {key.things}: {listed(key.columns)}")
        elif said[name] not in key.allowed:
            mistakes.append(f"{where}: {name} is {' or '.join(map(json.dumps, key.allowed))}")
        else:
            found = Notation(said[name])
    return found


def _words(column: str, said: Mapping[str, Any], where: str, mistakes: list[str]) -> dict[str, str]:
    """The words of a yes or no -> what they mean."""
    found: dict[str, str] = {}
    keys: dict[str, str] = {}
    if any(name in said for name in WORDS) and column not in BOOLEANS:
        mistakes.append(f"{where}: words for true and false are for {' and '.join(BOOLEANS)}")
        return found
    for meaning in WORDS:
        words = said.get(meaning, [])
        words = [words] if isinstance(words, str) else words
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            mistakes.append(f"{where}: {meaning} is a list of words")
            continue
        for word in words:
            found[word] = meaning
            if (other := keys.setdefault(header_key(word), meaning)) != meaning:
                mistakes.append(f"{where}: {word!r} can't be {other} and {meaning}")
    return found
