"""Parquet files: values as text, times in UTC."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from leadscore.errors import LeadscoreError, LoadRefusedError
from leadscore.raw.formats.raw_file import Reading
from leadscore.raw.headers import header_key
from leadscore.raw.white_space import blank_sql
from leadscore.storage.database import Database, file_literal, identifier


@dataclass(frozen=True)
class ParquetFile:
    """A Parquet file.

    Attributes:
        path: The file.
        content: Where its content is.
        wanted: The keys of the headers that become columns.
    """

    path: Path
    content: Path
    wanted: Collection[str]

    def reading(self, database: Database) -> Reading:
        """The columns and types that the file declares."""
        relation = (
            f"read_parquet({file_literal(self.content)}, binary_as_string = true, hive_partitioning = false)"
        )
        types = database.columns(relation)
        return Reading(
            columns={
                name: _text_sql(name, kind) for name, kind in types.items() if header_key(name) in self.wanted
            },
            rest={
                name: _json_sql(name, kind)
                for name, kind in types.items()
                if header_key(name) not in self.wanted
            },
            headers=list(types),
            relation=relation,
            numbers={name: str(_is_number(kind)).lower() for name, kind in types.items()},
        )

    def refusal(self, problem: LeadscoreError) -> LeadscoreError:
        """DuckDB's message, with the file's name."""
        return LoadRefusedError(
            f"{self.path} can't be read as Parquet: {problem.message.splitlines()[0]}; nothing was loaded",
            "Write the file again, or load it as CSV.",
        )


SIGNED = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
NUMBERS = (*SIGNED, *(f"U{kind}" for kind in SIGNED))
FRACTIONS = ("DOUBLE", "FLOAT")


def _is_number(kind: str) -> bool:
    return kind in (*NUMBERS, *FRACTIONS) or kind.startswith("DECIMAL")


def _is_nested(kind: str) -> bool:
    return kind.startswith(("STRUCT", "MAP", "UNION")) or kind.endswith("]")


def _json_sql(name: str, kind: str) -> str:
    """A value as JSON; null where there is none."""
    column, text = identifier(name), _text_sql(name, kind)
    if kind in FRACTIONS:  # infinity is no number of JSON
        return f"case when isfinite({column}) then {text} else to_json({text}) end"
    if _is_number(kind) or kind in ("BOOLEAN", "JSON") or _is_nested(kind):
        return text
    return f"case when not {blank_sql(text)} then to_json({text}) end"


def _text_sql(name: str, kind: str) -> str:
    column = identifier(name)
    if _is_nested(kind):
        return f"cast(to_json({column}) as varchar)"
    if kind == "TIMESTAMP_NS":
        return f"cast(cast({column} as timestamp) as varchar)"
    if kind in FRACTIONS:
        # A whole number that became a float because some rows lack it (12.0) is 12 again.
        return f"""
            case
                when isnan({column}) then null
                when {column} = trunc({column}) and abs({column}) < 1e15
                    then cast(cast({column} as bigint) as varchar)
                else cast({column} as varchar)
            end
        """
    return f"cast({column} as varchar)"
