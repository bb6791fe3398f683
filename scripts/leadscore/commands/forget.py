"""`leadscore forget`."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from leadscore.commands.options import variables
from leadscore.configuration.variables import unknown_visitors
from leadscore.engine import require_embedded
from leadscore.erasure.erase import Erasure, ErasureRequest, erase
from leadscore.erasure.folders import written_folders
from leadscore.erasure.person import Pending, Person
from leadscore.erasure.reach import refuse_unreachable
from leadscore.erasure.whom import FORGET_WAIT_SECONDS, known_person, look_up
from leadscore.errors import DatabaseBusyError, UsageMistakeError
from leadscore.output.json import json_object
from leadscore.output.tables import show_line, show_table, tell
from leadscore.publication.parquet import parquet_choice
from leadscore.raw.reading import as_read
from leadscore.runs.refusal import refuse_broken_seeds
from leadscore.settings import Settings
from leadscore.storage.access import shared_mode
from leadscore.storage.database import open_database
from leadscore.storage.lock import hold_lock
from leadscore.text import counted

EPILOG = "Example: leadscore forget c-00529 --yes"
# But for the temporary ones through which `leadscore adjust` loads.
LOADED_FILES = r"""
select distinct file_name
from raw.load_log
where not regexp_matches(file_name, '/leadscore-[^/]+/[0-9a-f]{32}\.jsonl$')
order by 1
"""


def forget(
    contact: Annotated[str, typer.Argument(help="The contact_id.")],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    exports: Annotated[
        list[Path] | None,
        typer.Option(
            help="A folder of exports, besides those that were ever written to; may be given several times. "
            "Default: exports."
        ),
    ] = None,
    given: Annotated[
        dict[str, object] | None,
        typer.Option(
            "--vars", parser=variables, metavar="YAML", help="dbt variables, as YAML: those of your runs."
        ),
    ] = None,
    are_told: Annotated[
        bool, typer.Option("--told", help="All receivers and tools were told by hand: owe them nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the proof as one JSON object.")] = False,
) -> None:
    """Erase a person everywhere, prove it, and keep later loads from bringing the person back."""
    require_embedded(
        "forget", "Delete the person's rows from the raw tables in the catalog, and run with --full-refresh."
    )
    settings = Settings.from_environment()
    refuse_unreachable(settings)
    folders = written_folders(settings, exports or [Path("exports")], tell)
    request = ErasureRequest(folders, given or {}, are_told)
    parquet_choice(), shared_mode()  # what would stop the run is refused before anything is erased
    refuse_broken_seeds(settings)
    if as_json and not yes:
        raise UsageMistakeError("--json doesn't ask", "Add --yes.")
    contact = as_read(contact)
    nobody = unknown_visitors(settings.root, given or {})
    person = look_up(settings, [written.folder for written in folders], contact, nobody, tell)
    if person is None:
        done = "was forgotten before; nothing names it now"
        if as_json:
            typer.echo(json_object({"contact_id": contact, "already_forgotten": True}))
        else:
            show_line(f"{contact} {done}")
        return
    if not yes:
        _ask(person)
    with hold_lock(settings.lock, "forget", tell, FORGET_WAIT_SECONDS):
        interrupted = Pending(settings.database).read()
        if interrupted is not None and contact not in interrupted.ids:
            tell("Another erasure was interrupted: it is finished first.")
            _refuse_rest(erase(settings, interrupted, request, tell), as_json=False)
        if known_person(settings, contact, nobody) not in (person, None):
            raise DatabaseBusyError(f"{contact} has changed meanwhile; nothing was erased", "Try again.")
        erasure = erase(settings, person, request, tell)
        loaded = _loaded_files(settings)
    if as_json:
        typer.echo(json_object(_record(erasure, request)))
    else:
        _show(erasure, request, loaded)
    _refuse_rest(erasure, as_json)


def _ask(person: Person) -> None:
    tell(f"This erases {', '.join(person.ids)} everywhere, and can't be undone.")
    if len(person.ids) > 1:
        tell(f"  The others are merged into {person.contact_id}: they are one person.")
    tell(
        f"  {counted(len(person.emails), 'e-mail address', 'e-mail addresses')}, "
        f"{counted(len(person.phones), 'phone number')} and "
        f"{counted(len(person.visitors), 'visitor')} go with it."
    )
    _tell_shared(person)
    if not sys.stdin.isatty():
        raise UsageMistakeError("nobody can be asked here; nothing was erased", "Add --yes.")
    if not typer.confirm("Erase?", err=True):
        tell("Nothing was erased.")
        raise typer.Exit(1)


def _tell_shared(person: Person) -> None:
    for value in person.shared:
        tell(f"  {value} is another contact's too and stays there: if it is the same person, forget it too.")


def _show(erasure: Erasure, request: ErasureRequest, loaded: Sequence[str]) -> None:
    show_table("Erased from the raw tables", ["table", "rows"], list(erasure.rows.items()))
    for file in erasure.removed:
        show_line(f"Removed: {file} (export again for the others)")
    for file in erasure.shortened:
        show_line(f"Lines removed: {file}")
    for folder in dict.fromkeys(written.folder for written in request.folders):
        show_line(
            f"Folder {'searched' if folder.is_dir() else 'NOT searched, not there'}: {folder.absolute()}"
        )
    searched: Counter[tuple[str, str, str]] = Counter()
    found: Counter[tuple[str, str, str]] = Counter()
    tables: Counter[tuple[str, str, str]] = Counter()
    for place in erasure.places:
        if place.is_removal:
            continue
        group = (str(place.where), place.kind, place.name.partition(".")[0])
        searched[group] += place.searched
        found[group] += place.found
        tables[group] += 1
    show_table(
        f"Searched for {counted(len(erasure.person.ids), 'id')}, "
        f"{counted(len(erasure.person.emails), 'address', 'addresses')}, "
        f"{counted(len(erasure.person.phones), 'number')}, {counted(len(erasure.person.names), 'name')}",
        ["place", "searched", "schema", "tables or files", "rows or bytes", "found"],
        [[*group, tables[group], searched[group], found[group]] for group in searched],
    )
    _tell_shared(erasure.person)
    for file in erasure.removals:
        show_line(f"Removal written: {file} (take the person off that list by it)")
    if not erasure.left:
        show_line(f"{erasure.person.contact_id} is forgotten, in {erasure.seconds} s")
    if erasure.other_variables:
        tell("The scores were made with other dbt variables than before: give those of your runs by --vars.")
    if loaded:
        tell("These files were loaded and are yours; if the person stands there, remove it:")
        for name in loaded:
            tell(f"  {name}")
    if erasure.person.notified:
        notified = ", ".join(erasure.person.notified)
        tell(f"These receivers have messages about the person, delete them there: {notified}")
    tell("Tools that exports were sent to, and backups, must be told: docs/privacy.md")


def _loaded_files(settings: Settings) -> list[str]:
    with open_database(settings.database, read_only=True) as database:
        if "load_log" not in database.tables("raw"):
            return []
        return [str(name) for (name,) in database.execute(LOADED_FILES)]


def _record(erasure: Erasure, request: ErasureRequest) -> dict[str, object]:
    return {
        "contact_id": erasure.person.contact_id,
        "ids": list(erasure.person.ids),
        "already_forgotten": False,
        "rows": dict(erasure.rows),
        "shared_with_others": len(erasure.person.shared),
        "removed_files": [str(file) for file in erasure.removed],
        "shortened_files": [str(file) for file in erasure.shortened],
        "folders": [
            {"folder": str(folder.absolute()), "searched": folder.is_dir()}
            for folder in dict.fromkeys(written.folder for written in request.folders)
        ],
        "removals": [str(file) for file in erasure.removals],
        "owed": [
            {"receiver": owed.receiver, "segments": list(owed.segments), "scores": list(owed.scores)}
            for owed in erasure.owed
        ],
        "notified": list(erasure.person.notified),
        "places": [
            {**vars(place), "where": str(place.where), "file": str(place.file)} for place in erasure.places
        ],
        "found": erasure.found,
        "seconds": erasure.seconds,
    }


def _refuse_rest(erasure: Erasure, as_json: bool) -> None:
    if not erasure.left:
        return
    if not as_json:
        for place in erasure.left:
            what = f"not searched: {place.problem}" if place.problem else f"{place.found:,}"
            tell(f"Left: {what} in {place.file} {place.name}".rstrip())
    for owed in erasure.owed:
        about = ", ".join([*owed.segments, *owed.scores])
        tell(f"Still to be told that the person is removed: {owed.receiver} ({about})")
    if erasure.is_only_owed:
        tell("Error: they don't know yet; nothing else is left")
        tell("Run `leadscore deliver`, then this command again. Told them by hand? Add --told.")
    else:
        tell("Error: the person still stands in places that are not this command's to change")
        tell("Remove it there (seeds and files of your own) and give the same command again.")
    raise typer.Exit(1)
