"""A load from the lock to what is told of it."""

from collections.abc import Sequence
from pathlib import Path

from leadscore.output.progress import step_progress
from leadscore.output.tables import show_line, tell
from leadscore.raw.files import given_file
from leadscore.raw.headers import listed
from leadscore.raw.loading import Loaded, load_files
from leadscore.raw.mapping import AS_IT_IS, LoadOptions
from leadscore.raw.tables import LOADED_AT, RAW_TABLES, RawTable
from leadscore.settings import Settings
from leadscore.storage.database import open_database
from leadscore.storage.lock import LOCK_WAIT, LockWait, hold_lock
from leadscore.text import counted


def load_into(
    settings: Settings,
    table_name: str,
    paths: Sequence[Path],
    waiting: LockWait = LOCK_WAIT,
    options: LoadOptions = AS_IT_IS,
) -> list[Loaded]:
    """Load files into a raw table and tell what became of each.

    Args:
        settings: Where the database is.
        table_name: The raw table.
        paths: The files, in the order in which they are added.
        waiting: How long another process is waited for.
        options: How the files are read.

    Raises:
        LeadscoreError: A file can't be loaded; then none is.
    """
    table = RAW_TABLES[table_name]
    files = [given_file(path, table, options, settings.database) for path in paths]
    with (
        hold_lock(settings.lock, f"load {table.name}", tell, waiting.seconds),
        open_database(settings.database) as database,
        step_progress(f"Loading {table.name}") as progress,
    ):
        outcome = load_files(database, table, files, lambda path, done: progress.percent(path.name, done))
    for loaded in outcome:
        _tell(loaded, table)
    return outcome


def _tell(loaded: Loaded, table: RawTable) -> None:
    path = loaded.path
    if loaded.already_there:
        show_line(f"{path}: loaded before, nothing to do")
        return
    show_line(f"{path}: {counted(loaded.rows, 'row')} added to {table.name}")
    if loaded.note:
        tell(f"  {loaded.note}")
    if loaded.suppressed:
        tell(f"  left out, because they name people who were forgotten: {counted(loaded.suppressed, 'row')}")
    if loaded.rest:
        tell(f"  into {table.rest}, because {table.name} has no such columns: {listed(loaded.rest)}")
    if loaded.absent:
        tell(f"  named by the mapping, but not in the file: {listed(loaded.absent)}")
    others = [name for name in loaded.left_out if name.lower() != LOADED_AT]
    if len(others) < len(loaded.left_out):
        tell("  its column loaded_at is ignored: load sets it")
    if others:
        tell(f"  left out, because {table.name} has no such columns: {listed(others)}")
