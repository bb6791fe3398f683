"""Erasing a person from files: the record of deliveries, logs."""

import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from leadscore.delivery.ledger import hold_ledger
from leadscore.delivery.removals import OWED_TABLES, owe_removals
from leadscore.erasure.matcher import Matcher
from leadscore.erasure.rows import erase_mentions
from leadscore.runs.history import history_path
from leadscore.settings import Settings
from leadscore.storage.database import open_database
from leadscore.storage.files import files_below, write_atomically
from leadscore.storage.rewriting import rewrite_database
from leadscore.storage.searchable import SearchableFile, SearchKind

LOGS = ("*.log*", "*.sql", "*.json")


def erase_ledger(
    path: Path,
    matcher: Matcher,
    say: Callable[[str], None],
    *,
    are_told: bool = False,
    by_id: Collection[str] = (),
) -> None:
    """Erase a person from the record of deliveries, where there is one; what receivers must be told stays.

    Readers must have a publication without the person by now: else a delivery would tell of them as new.

    Args:
        path: Its file.
        matcher: What to look for.
        say: Is told whom this waits for.
        are_told: Whether somebody has told all receivers that the person is removed.
        by_id: Receivers that know nobody by an address.
    """
    if not path.is_file():
        return
    person = matcher.person
    with hold_ledger(path, "forget", say):
        with open_database(path) as database, database.transaction():
            if not are_told:
                owe_removals(
                    database,
                    person.contact_id,
                    person.ids,
                    dict(person.on_file),
                    by_id,
                    person.emails,
                    person.shared,
                )
            erase_mentions(database, matcher, but=() if are_told else OWED_TABLES)
        rewrite_database(path)


def log_files(settings: Settings) -> Iterator[SearchableFile]:
    """Logs and compiled SQL of dbt, and the log of runs."""
    runs = history_path(settings.database)
    if runs.is_file():
        yield SearchableFile(runs, runs, SearchKind.TEXT)
    for variable, name in (("DBT_LOG_PATH", "logs"), ("DBT_TARGET_PATH", "target")):
        folder = settings.root / (os.environ.get(variable) or name)
        files = sorted(file for file in files_below(folder) if any(map(file.match, LOGS)))
        yield from (SearchableFile(file, folder, SearchKind.TEXT) for file in files)


def erase_from_logs(settings: Settings, matcher: Matcher) -> list[Path]:
    """Replace what logs say of a person (a message may quote a value), and return those changed."""
    changed = []
    for log in log_files(settings):
        file = log.path.resolve()  # behind a link, what it leads to
        if matcher.found_in(file):
            content = matcher.without(file.read_bytes())
            write_atomically(file, content, beside=file.with_name(f"{file.name}.erasing.tmp"))
            changed.append(log.path)
    return changed
