"""Whom a request to forget means: found now, or being erased already, or forgotten before."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from leadscore.erasure.lookup import find_person
from leadscore.erasure.matcher import Matcher
from leadscore.erasure.person import Pending, Person
from leadscore.erasure.proof import searched_places
from leadscore.errors import UsageMistakeError
from leadscore.output.progress import step_progress
from leadscore.raw.suppression import is_suppressed
from leadscore.settings import Settings
from leadscore.storage.database import open_database
from leadscore.storage.lock import hold_lock

FORGET_WAIT_SECONDS = 60.0


def look_up(
    settings: Settings,
    folders: Sequence[Path],
    contact_id: str,
    nobody: Collection[str],
    say: Callable[[str], None],
) -> Person | None:
    """Find who is meant; None if they were forgotten before.

    Args:
        settings: Where everything is.
        folders: Where files about people were written to.
        contact_id: The contact that is asked for, as runs read ids.
        nobody: What stands for visitors whom nobody knows.
        say: Is told who has the database's lock while this waits for it.

    Raises:
        UsageMistakeError: There is no such contact.
    """
    if not settings.database.is_file():
        raise UsageMistakeError(f"there is no database {settings.database}", "Set LEADSCORE_DATABASE.")
    with hold_lock(settings.lock, "forget", say, FORGET_WAIT_SECONDS), step_progress("Looking up"):
        person = known_person(settings, contact_id, nobody)
        if person is not None:
            return person
        with open_database(settings.database, read_only=True) as database:
            known = is_suppressed(database, contact_id)
        if known:
            # Where what was remembered of an interrupted erasure is lost, this still finds the contact.
            again = Person(contact_id, (contact_id,), (), (), (), (), ())
            places = list(searched_places(settings, folders, Matcher(again)))
            for place in places:
                if place.is_removal and place.found:
                    say(f"{place.file} still says whom to take off that list; the next exports erase it.")
            return again if not all(place.is_clean for place in places) else None
    raise UsageMistakeError(
        f"there is no contact {contact_id!r} in the raw tables",
        "Give the contact_id as it was loaded: case counts. Nothing was erased.",
    )


def known_person(settings: Settings, contact_id: str, nobody: Collection[str] = ()) -> Person | None:
    """Who is found in the database now, with what an interrupted erasure of them knew."""
    interrupted = Pending(settings.database).read()
    with open_database(settings.database, read_only=True) as database:
        person = find_person(database, contact_id, nobody)
    if interrupted is None or contact_id not in interrupted.ids:
        return person
    if person is None:
        return interrupted
    return interrupted.with_what_is_known(person)
