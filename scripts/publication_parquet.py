"""The Parquet files of a publication: written, or taken over from the last one where nothing changed."""

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from scripts.database import Database, literal
from scripts.errors import UsageMistakeError
from scripts.publication_folder import linked_or_copied
from scripts.publication_record import MartRecord, Publication
from scripts.publication_tables import HISTORY, mart_in

VARIABLE = "LEADSCORE_PARQUET"
# Level 1 takes as long as snappy, and its files are a third smaller: docs/publication.md.
OPTIONS = "format parquet, compression zstd, compression_level 1"


class ParquetMode(StrEnum):
    """When Parquet files are written."""

    ALL = "all"
    FULL = "full"
    NONE = "none"


def parquet_mode(environment: Mapping[str, str] | None = None) -> ParquetMode:
    """What `LEADSCORE_PARQUET` says; all if it says nothing."""
    written = (os.environ if environment is None else environment).get(VARIABLE) or ParquetMode.ALL
    try:
        return ParquetMode(written)
    except ValueError as error:
        raise UsageMistakeError(
            f"{VARIABLE} is {written!r}",
            f"Set it to {', '.join(ParquetMode)}; docs/publication.md tells more.",
        ) from error


def write_parquet(
    database: Database,
    marts: Mapping[str, MartRecord],
    *,
    as_of: datetime,
    keep_set: bool,
    nothing_moved: bool,
    last: tuple[Publication, Path] | None,
    folder: Path,
    say: Callable[[str], None],
) -> dict[str, MartRecord]:
    """Write a Parquet file for each mart of the attached database `source`.

    Args:
        database: A connection with `source`.
        marts: The marts.
        as_of: The instant scored for.
        keep_set: Whether the files of the last publication are good enough, if they are of the same marts.
        nothing_moved: Whether no contact moved since the last publication.
        last: The last publication and its folder.
        folder: Where the files go.
        say: Is told which mart is being written.

    Returns:
        The marts, each with the as_of of its file.
    """
    if keep_set and last is not None and _same_set(marts, last[0]):
        for name in marts:
            linked_or_copied(last[1] / f"{name}.parquet", folder / f"{name}.parquet")
        return {
            name: replace(mart, parquet_as_of=last[0].marts[name].parquet_as_of)
            for name, mart in marts.items()
        }
    for name, mart in marts.items():
        place = folder / f"{name}.parquet"
        if last is not None and _unchanged(name, mart, last[0], nothing_moved):
            linked_or_copied(last[1] / place.name, place)
        else:
            say(place.name)
            database.execute(f"copy (from {mart_in('source', name)}) to {literal(place)} ({OPTIONS})")
    return {name: replace(mart, parquet_as_of=as_of) for name, mart in marts.items()}


def _same_set(marts: Mapping[str, MartRecord], last: Publication) -> bool:
    return set(marts) == set(last.marts) and all(
        mart.same_columns(last.marts[name]) and last.marts[name].parquet_as_of is not None
        for name, mart in marts.items()
    )


def _unchanged(name: str, mart: MartRecord, last: Publication, nothing_moved: bool) -> bool:
    known = last.marts.get(name)
    if known is None or not known.same_columns(mart) or known.parquet_as_of != last.as_of:
        return False
    return known.same_rows(mart) or (name in HISTORY and nothing_moved and known.rows == mart.rows)
