"""`leadscore load`."""

from pathlib import Path
from typing import Annotated

import typer

from leadscore.commands.options import NoWait, Wait, lock_wait
from leadscore.engine import require_embedded
from leadscore.output.progress import step_progress
from leadscore.output.tables import show_line, tell
from leadscore.raw.files import FORMATS_IN_WORDS, raw_file
from leadscore.raw.loading import Loaded, load_files
from leadscore.raw.tables import RAW_TABLES, TableName
from leadscore.settings import Settings
from leadscore.storage.database import open_database
from leadscore.storage.lock import LOCK_WAIT, WAIT_SECONDS, LockWait, hold_lock
from leadscore.text import counted

HELP = (
    f"Add files to a raw table: {FORMATS_IN_WORDS}. "
    "All files are added, or none; the same content a second time changes nothing."
)
EPILOG = "Example: leadscore load events january.csv february.jsonl"


def load(
    table: Annotated[TableName, typer.Argument(help="The raw table.")],
    files: Annotated[list[Path], typer.Argument(help="The files, in the order in which they are added.")],
    wait: Wait = WAIT_SECONDS,
    no_wait: NoWait = False,
) -> None:
    """Add files to a raw table."""
    require_embedded("load", "Load the rows into the catalog: vars raw_schema and raw_database say where.")
    load_into(Settings.from_environment(), table, files, lock_wait(wait, no_wait))


def load_into(
    settings: Settings, table_name: str, paths: list[Path], waiting: LockWait = LOCK_WAIT
) -> list[Loaded]:
    """Load files into a raw table and tell what became of each."""
    table = RAW_TABLES[table_name]
    files = [raw_file(path, table) for path in paths]
    with (
        hold_lock(settings.lock, f"load {table.name}", tell, waiting.seconds),
        open_database(settings.database) as database,
        step_progress(f"Loading {table.name}") as progress,
    ):
        outcome = load_files(database, table, files, lambda path, done: progress.percent(path.name, done))
    for loaded in outcome:
        _tell(loaded, table.name)
    return outcome


def _tell(loaded: Loaded, table: str) -> None:
    path = loaded.path
    if loaded.already_there:
        show_line(f"{path}: loaded before, nothing to do")
        return
    show_line(f"{path}: {counted(loaded.rows, 'row')} added to {table}")
    if loaded.suppressed:
        tell(f"  left out, because they name people who were forgotten: {counted(loaded.suppressed, 'row')}")
    if "loaded_at" in loaded.left_out:
        tell("  its column loaded_at is ignored: load sets it")
    others = [name for name in loaded.left_out if name != "loaded_at"]
    if others:
        tell(f"  left out, because {table} has no such columns: {', '.join(others)}")
