"""Erasing a person from files: the database's free blocks, exports, logs."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from leadscore.erasure.matcher import ERASED, Matcher
from leadscore.erasure.rows import erase_mentions
from leadscore.errors import DatabaseProblemError
from leadscore.exports.files import exclusive_folder
from leadscore.runs.history import run_log
from leadscore.settings import Settings
from leadscore.storage.database import file_literal, identifier, literal, open_database
from leadscore.storage.files import replace_file, write_atomically
from leadscore.storage.lock import hold_lock

MANIFEST = ".manifest.json"
DATA = (".csv", ".jsonl", ".parquet")
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
    source = identifier(path.stem)  # views name their tables by it
    with open_database(None) as database:
        database.execute(f"attach {literal(path)} as {source} (read_only)")
        database.execute(f"attach {literal(beside)} as rewritten_for_erasure")
        database.execute(f"copy from database {source} to rewritten_for_erasure")
        database.execute("checkpoint rewritten_for_erasure")
        database.execute("detach rewritten_for_erasure")
    shutil.copymode(path, beside)
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
    with hold_lock(path.with_name(f"{path.name}.lock"), "forget", say):
        with open_database(path) as database, database.transaction():
            erase_mentions(database, matcher)
        rewrite_database(path)


def erase_exports(folder: Path, matcher: Matcher, last_run: int) -> list[Path]:
    """Remove the files of an export folder that may tell of a person, from their manifests too.

    Args:
        folder: The folder; one that isn't there holds nobody.
        matcher: Finds the person; files of the person's segments go whatever they hold (hashes, say).
        last_run: The last run that changed a segment, the person aside: exports go on from there.

    Returns:
        The files that were removed.
    """
    if not folder.is_dir():
        return []
    removed: list[Path] = []
    with exclusive_folder(folder):
        for draft in folder.glob(".*.tmp"):  # an export that was interrupted
            draft.unlink()
        for place in sorted(folder.glob(f"*{MANIFEST}")):
            manifest = _manifest(place)
            told = min(int(manifest.get("exported_through", 0)), last_run)
            kept = {}
            for kind, file in manifest.get("files", {}).items():
                data = folder / Path(str(file["name"])).name
                if manifest.get("segment_id") in matcher.person.segments or found_in_file(data, matcher):
                    if data.exists():
                        data.unlink()
                        removed.append(data)
                else:
                    kept[kind] = file
            changed = {**manifest, "exported_through": told, "files": kept}
            if manifest and changed != manifest:
                _replace(place, json.dumps(changed, ensure_ascii=False, indent=2) + "\n")
    return removed


def exported_files(folder: Path) -> Iterator[Path]:
    """The data files and manifests in an export folder."""
    if folder.is_dir():
        yield from sorted(
            file for file in folder.iterdir() if file.suffix in DATA or file.name.endswith(MANIFEST)
        )


def found_in_file(file: Path, matcher: Matcher) -> int:
    """In how many places (of a Parquet file: rows) a file names a person."""
    if not file.is_file():
        return 0
    if file.suffix != ".parquet":
        return matcher.found_in(file)
    with open_database(None) as database:
        relation = f"read_parquet({file_literal(file)})"
        condition = matcher.condition(database.columns(relation))
        return int(database.execute(f"select count(*) from {relation} where {condition}")[0][0])


def log_files(settings: Settings) -> Iterator[tuple[Path, Path]]:
    """Logs and compiled SQL of dbt, and the log of runs: the place to show, and the file."""
    runs = run_log(settings.database)
    yield runs, runs
    for variable, name in (("DBT_LOG_PATH", "logs"), ("DBT_TARGET_PATH", "target")):
        folder = settings.root / (os.environ.get(variable) or name)
        for pattern in LOGS:
            yield from ((folder, file) for file in sorted(folder.rglob(pattern)))


def erase_from_logs(settings: Settings, matcher: Matcher) -> list[Path]:
    """Replace what logs say of a person (a message may quote a value), and return those changed."""
    changed = []
    for _, file in log_files(settings):
        if file.is_file() and matcher.found_in(file):
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


def _manifest(place: Path) -> dict[str, Any]:
    with suppress(ValueError, OSError):
        content = json.loads(place.read_text(encoding="utf-8"))
        if isinstance(content, dict):
            return content
    return {}


def _replace(place: Path, text: str) -> None:
    beside = place.with_name(f".{place.name}.tmp")
    beside.write_text(text, encoding="utf-8")
    beside.replace(place)
