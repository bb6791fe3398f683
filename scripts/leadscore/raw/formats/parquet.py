"""Parquet files: values as text, times in UTC."""

from dataclasses import dataclass
from pathlib import Path

from leadscore.errors import LeadscoreError, LoadRefusedError
from leadscore.raw.formats.raw_file import Reading
from leadscore.storage.database import Database, file_literal, identifier


@dataclass(frozen=True)
class ParquetFile:
    """A Parquet file."""

    path: Path

    def reading(self, database: Database) -> Reading:
        """The columns and types that the file declares."""
        relation = (
            f"read_parquet({file_literal(self.path)}, binary_as_string = true, hive_partitioning = false)"
        )
        types = database.columns(relation)
        return Reading(
            columns={name.lower(): _text_sql(name, kind) for name, kind in types.items()}, relation=relation
        )

    def refusal(self, problem: LeadscoreError) -> LeadscoreError:
        """DuckDB's message, with the file's name."""
        return LoadRefusedError(
            f"{self.path} can't be read as Parquet: {problem.message.splitlines()[0]}; nothing was loaded",
            "Write the file again, or load it as CSV.",
        )

    def refusal_of_count(self) -> LeadscoreError:
        """Rows can't get lost here."""
        raise NotImplementedError


def _text_sql(name: str, kind: str) -> str:
    column = identifier(name)
    if kind.startswith(("STRUCT", "MAP", "UNION")) or kind.endswith("]"):
        return f"cast(to_json({column}) as varchar)"
    if kind == "TIMESTAMP_NS":
        return f"cast(cast({column} as timestamp) as varchar)"
    if kind in ("DOUBLE", "FLOAT"):
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
