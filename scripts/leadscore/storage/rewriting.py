"""A database is written anew, so that nothing of deleted rows stays in its file."""

import shutil
from pathlib import Path

from leadscore.errors import DatabaseProblemError
from leadscore.settings import catalog_name
from leadscore.storage.access import keep_access, private_files
from leadscore.storage.database import identifier, literal, open_database
from leadscore.storage.files import remove_scratch, replace_file


def rewrite_database(path: Path) -> None:
    """Write a database anew from its rows: in the old file, which it replaces, deleted rows may remain.

    The caller holds its lock. Killed at any moment, one of the two files stands in its place, whole. A link
    to the file leads to the new one: the old one stands nowhere any more.

    Raises:
        DatabaseProblemError: The old file has a log that isn't worked in.
    """
    path = path.resolve()
    beside = path.with_name(f"{path.name}.rewritten.tmp")
    leftovers = (beside, beside.with_name(f"{beside.name}.wal"))
    for leftover in leftovers:
        leftover.unlink(missing_ok=True)
    with open_database(path) as database:
        database.execute("force checkpoint")
    log = path.with_name(f"{path.name}.wal")
    if log.exists():
        raise DatabaseProblemError(f"{log} is still there", "Close what has the database open and try again.")
    source = identifier(catalog_name(path))  # views name their tables by it
    with private_files(), open_database(None) as database:
        database.execute("set preserve_insertion_order = true")  # seeds are read in the order of their rows
        database.execute(f"attach {literal(path)} as {source} (read_only)")
        database.execute(f"attach {literal(beside)} as rewritten_for_erasure")
        database.execute(f"copy from database {source} to rewritten_for_erasure")
        database.execute("checkpoint rewritten_for_erasure")
        database.execute("detach rewritten_for_erasure")
    keep_access(beside, path)
    replace_file(beside, path)
    _remove_spilled(path)
    remove_scratch(path)


def _remove_spilled(database: Path) -> None:
    """Remove what a killed query has spilled to disk."""
    shutil.rmtree(database.with_name(f"{database.name}.tmp"), ignore_errors=True)
