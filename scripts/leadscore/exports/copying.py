"""Having the database write the rows of a query to a file, within its memory."""

import os
import re
import shutil
from pathlib import Path

from leadscore.errors import DatabaseProblemError
from leadscore.exports.formats import Format
from leadscore.storage.database import Database, identifier, literal

SLICE_BYTES = 16_000_000
ROWS = "exported_rows"


def copy_rows(database: Database, query: str, place: Path, form: Format) -> int:
    """Write the rows of a query, and return how many they are.

    For JSON the database sets aside six times the bytes of 2,048 rows: where they hold long texts, fewer are
    written at a time.

    Args:
        database: The database.
        query: Its rows, in their order.
        place: The file.
        form: Its format.

    Raises:
        OSError: The file can't be written.
    """
    try:
        return _copy(database, query, place, form)
    except DatabaseProblemError as error:
        if not form.appends or "Out of Memory" not in error.message:
            raise
    database.execute(f"create or replace temp table {ROWS} as {query}")
    try:
        return _copy_slices(database, place, form)
    finally:
        database.execute(f"drop table {ROWS}")


def _copy(database: Database, query: str, place: Path, form: Format) -> int:
    try:
        return int(database.value(f"copy ({query}) to {literal(place)} ({form.copy_options})"))
    except DatabaseProblemError as error:
        if not (error.message.startswith("IO Error") and place.name in error.message):
            raise
        number = re.search(r'"errno":"(\d+)"', error.message)
        raise (
            OSError(int(number[1]), os.strerror(int(number[1]))) if number else OSError(error.message)
        ) from error


def _copy_slices(database: Database, place: Path, form: Format) -> int:
    columns = map(identifier, database.columns(ROWS))
    size = " + ".join(f"coalesce(strlen(cast({column} as varchar)), 0)" for column in columns)
    slices = database.execute(
        f"""
        select min(row_id), max(row_id)
        from (select rowid as row_id, sum({size}) over (order by rowid) // {SLICE_BYTES} as slice from {ROWS})
        group by slice
        order by slice
        """
    )
    part = place.with_name(f"{place.name}.part.tmp")  # as all that an interrupted export leaves
    copied = 0
    try:
        with place.open("wb") as whole:
            for first, last in slices:
                rows = f"select * from {ROWS} where rowid between {first} and {last} order by rowid"
                copied += _copy(database, rows, part, form)
                with part.open("rb") as written:
                    shutil.copyfileobj(written, whole)
    finally:
        part.unlink(missing_ok=True)
    return copied
