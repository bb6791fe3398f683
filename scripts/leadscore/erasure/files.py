"""Erasing a person from files: the database's free blocks, the record of deliveries, logs."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from leadscore.delivery.ledger import hold_ledger
from leadscore.erasure.matcher import ERASED, Matcher
from leadscore.erasure.rows import erase_mentions
from leadscore.errors import DatabaseProblemError
from leadscore.runs.history import history_path
from leadscore.settings import Settings, catalog_name
from leadscore.storage.access import keep_access, private_files
from leadscore.storage.database import identifier, literal, open_database
from leadscore.storage.files import replace_file, write_atomically
from leadscore.storage.searchable import SearchableFile, SearchKind

LOGS = ("*.log*", "*.sql", "*.json")


def rewrite_database(path: Path) -> None:
    """Write a database anew from its rows: in the old file, which it replaces, deleted rows may remain.

    The caller holds its lock. Killed at any moment, one of the two files stands in its place, whole.

    Raises:
        DatabaseProblemError: The old file has a log that isn't worked in.
    """
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
        database.execute(f"attach {literal(path)} as {source} (read_only)")
        database.execute(f"attach {literal(beside)} as rewritten_for_erasure")
        database.execute(f"copy from database {source} to rewritten_for_erasure")
        database.execute("checkpoint rewritten_for_erasure")
        database.execute("detach rewritten_for_erasure")
    keep_access(beside, path)
    replace_file(beside, path)
    _remove_spilled(path)


def _remove_spilled(database: Path) -> None:
    """Remove what a killed query has spilled to disk."""
    shutil.rmtree(database.with_name(f"{database.name}.tmp"), ignore_errors=True)


def erase_ledger(path: Path, matcher: Matcher, say: Callable[[str], None]) -> None:
    """Erase a person from the record of deliveries, where there is one.

    Args:
        path: Its file.
        matcher: What to look for.
        say: Is told whom this waits for.
    """
    if not path.is_file():
        return
    with hold_ledger(path, "forget", say):
        with open_database(path) as database, database.transaction():
            erase_mentions(database, matcher)
        rewrite_database(path)


def log_files(settings: Settings) -> Iterator[SearchableFile]:
    """Logs and compiled SQL of dbt, and the log of runs."""
    runs = history_path(settings.database)
    if runs.is_file():
        yield SearchableFile(runs, runs, SearchKind.TEXT)
    for variable, name in (("DBT_LOG_PATH", "logs"), ("DBT_TARGET_PATH", "target")):
        folder = settings.root / (os.environ.get(variable) or name)
        for pattern in LOGS:
            files = sorted(file for file in folder.rglob(pattern) if file.is_file())
            yield from (SearchableFile(file, folder, SearchKind.TEXT) for file in files)


def erase_from_logs(settings: Settings, matcher: Matcher) -> list[Path]:
    """Replace what logs say of a person (a message may quote a value), and return those changed."""
    changed = []
    for log in log_files(settings):
        file = log.path
        if matcher.found_in(file):
            content = file.read_bytes()
            for _ in range(2):
                content = matcher.in_text.sub(lambda found: _around(found.group(0), matcher), content)
            write_atomically(file, content, beside=file.with_name(f"{file.name}.erasing.tmp"))
            changed.append(file)
    return changed


def _around(found: bytes, matcher: Matcher) -> bytes:
    """What was found, with the value replaced and what stands around it kept."""
    values = sorted((*matcher.words, *matcher.person.ids), key=len, reverse=True)
    for value in values:
        place = found.lower().find(value.lower().encode())
        if place >= 0:
            return found[:place] + ERASED.encode() + found[place + len(value.encode()) :]
    return found
