"""`leadscore forget`."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from leadscore.commands.options import variables
from leadscore.engine import require_embedded
from leadscore.erasure.erase import Erasure, ErasureRequest, erase
from leadscore.erasure.person import Pending, Person
from leadscore.erasure.whom import FORGET_WAIT_SECONDS, known_person, look_up
from leadscore.errors import DatabaseBusyError, UsageMistakeError
from leadscore.output.json import json_object
from leadscore.output.tables import show_line, show_table, tell
from leadscore.publication.parquet import parquet_choice
from leadscore.runs.run import refuse_broken_seeds
from leadscore.settings import Settings
from leadscore.storage.access import shared_mode
from leadscore.storage.database import open_database
from leadscore.storage.lock import hold_lock
from leadscore.text import counted

EPILOG = "Example: leadscore forget c-00529 --yes"
LOADED_FILES = "select distinct file_name from raw.load_log order by 1"


def forget(
    contact: Annotated[str, typer.Argument(help="The contact_id.")],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    exports: Annotated[
        list[Path] | None,
        typer.Option(help="A folder of exports; may be given several times. Default: exports."),
    ] = None,
    given: Annotated[
        dict[str, object] | None,
        typer.Option(
            "--vars", parser=variables, metavar="YAML", help="dbt variables, as YAML: those of your runs."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the proof as one JSON object.")] = False,
) -> None:
    """Erase a person everywhere, prove it, and keep later loads from bringing the person back."""
    require_embedded(
        "forget", "Delete the person's rows from the raw tables in the catalog, and run with --full-refresh."
    )
    settings = Settings.from_environment()
    request = ErasureRequest(exports or [Path("exports")], given or {})
    parquet_choice(), shared_mode()  # what would stop the run is refused before anything is erased
    refuse_broken_seeds(settings)
    if as_json and not yes:
        raise UsageMistakeError("--json doesn't ask", "Add --yes.")
    person = look_up(settings, request.folders, contact, tell)
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
        if known_person(settings, contact) not in (person, None):
            raise DatabaseBusyError(f"{contact} has changed meanwhile; nothing was erased", "Try again.")
        erasure = erase(settings, person, request, tell)
        loaded = _loaded_files(settings)
    if as_json:
        typer.echo(json_object(_record(erasure)))
    else:
        _show(erasure, loaded)
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


def _show(erasure: Erasure, loaded: Sequence[str]) -> None:
    show_table("Erased from the raw tables", ["table", "rows"], list(erasure.rows.items()))
    for file in erasure.removed:
        show_line(f"Removed: {file} (export again for the others)")
    searched: Counter[tuple[str, str, str]] = Counter()
    found: Counter[tuple[str, str, str]] = Counter()
    tables: Counter[tuple[str, str, str]] = Counter()
    for place in erasure.places:
        group = (str(place.where), place.kind, place.name.partition(".")[0])
        searched[group] += place.searched
        found[group] += place.found
        tables[group] += 1
    show_table(
        f"Searched for {counted(len(erasure.person.ids), 'id')}, "
        f"{counted(len(erasure.person.emails), 'address', 'addresses')}, "
        f"{counted(len(erasure.person.phones), 'number')}",
        ["place", "searched", "schema", "tables or files", "rows or bytes", "found"],
        [[*group, tables[group], searched[group], found[group]] for group in searched],
    )
    if not erasure.left:
        show_line(f"{erasure.person.contact_id} is forgotten, in {erasure.seconds} s")
    if erasure.other_variables:
        tell("The scores were made with other dbt variables than before: give those of your runs by --vars.")
    if loaded:
        tell("These files were loaded and are yours; if the person stands there, remove it:")
        for name in loaded:
            tell(f"  {name}")
    tell("Tools that exports were sent to, and backups, must be told: docs/privacy.md")


def _loaded_files(settings: Settings) -> list[str]:
    with open_database(settings.database, read_only=True) as database:
        if "load_log" not in database.tables("raw"):
            return []
        return [str(name) for (name,) in database.execute(LOADED_FILES)]


def _record(erasure: Erasure) -> dict[str, object]:
    return {
        "contact_id": erasure.person.contact_id,
        "ids": list(erasure.person.ids),
        "already_forgotten": False,
        "rows": dict(erasure.rows),
        "shared_with_others": len(erasure.person.shared),
        "removed_files": [str(file) for file in erasure.removed],
        "places": [
            {**vars(place), "where": str(place.where), "file": str(place.file)} for place in erasure.places
        ],
        "found": sum(place.found for place in erasure.places),
        "seconds": erasure.seconds,
    }


def _refuse_rest(erasure: Erasure, as_json: bool) -> None:
    if not erasure.left:
        return
    if not as_json:
        for place in erasure.left:
            tell(f"Left: {place.found:,} in {place.file} {place.name}")
    tell("Error: the person still stands in places that are not this command's to change")
    tell("Remove it there (seeds and files of your own) and give the same command again.")
    raise typer.Exit(1)
