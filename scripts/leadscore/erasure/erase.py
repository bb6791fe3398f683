"""Erasing a person everywhere, and proving it: killed at any moment, it goes on from where it was."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from time import monotonic

from leadscore.build.plan import finished_as_of
from leadscore.configuration.variables import unknown_visitors
from leadscore.delivery.ledger import ledger_path
from leadscore.delivery.removals import OWED_TABLES, Owed, notified_receivers, owed_removals, receivers_by_id
from leadscore.erasure.files import erase_from_logs, erase_ledger
from leadscore.erasure.finder import PersonFinder
from leadscore.erasure.folders import erase_delivered
from leadscore.erasure.matcher import Matcher
from leadscore.erasure.person import Pending, Person
from leadscore.erasure.proof import Place, searched_places, stored_places
from leadscore.erasure.rows import erase_rows
from leadscore.errors import LeadscoreError
from leadscore.exports.forgetting import forget_from
from leadscore.exports.removals import Forgetting
from leadscore.output.progress import step_progress
from leadscore.runs.run import RunRequest, score_locked
from leadscore.settings import Settings
from leadscore.simulation.trial import forget_trials
from leadscore.storage.database import Database, open_database
from leadscore.storage.register import WrittenFolder
from leadscore.storage.rewriting import rewrite_database


class ErasureUnfinishedError(LeadscoreError):
    """A person is erased from the database, but not everywhere yet."""


@dataclass(frozen=True)
class Erasure:
    """What was erased.

    Attributes:
        person: Who.
        rows: Raw table -> how many rows.
        removed: Exported files that were removed.
        shortened: Files of deliveries from which lines were removed.
        places: Where the person was looked for afterwards.
        owed: Receivers that are still to be told.
        seconds: How long it took.
        other_variables: Whether scores were made with other dbt variables than by the run before.
    """

    person: Person
    rows: Mapping[str, int]
    removed: Sequence[Path]
    shortened: Sequence[Path]
    places: Sequence[Place]
    owed: Sequence[Owed]
    seconds: float = 0.0
    other_variables: bool = False

    @property
    def left(self) -> list[Place]:
        """Where the person still stands, or may stand."""
        return [place for place in self.places if not place.is_clean]

    @property
    def removals(self) -> list[Path]:
        """Files of exports that say whom to take off a list: the person too."""
        return [place.file for place in self.places if place.is_removal and place.found]

    @property
    def found(self) -> int:
        """In how many rows, and how often in texts, the person still stands."""
        return sum(place.found for place in self.places if not place.is_removal)

    @property
    def is_only_owed(self) -> bool:
        """Whether nothing is left but what receivers are to be told."""
        return all(_is_owed(place) for place in self.left)


@dataclass(frozen=True)
class ErasureRequest:
    """How to erase.

    Attributes:
        folders: Where files about people were written to.
        variables: dbt variables of the runs.
        are_told: Whether somebody has told all receivers and tools that the person is removed.
    """

    folders: Sequence[WrittenFolder]
    variables: Mapping[str, object] = field(default_factory=dict)
    are_told: bool = False


def erase(settings: Settings, person: Person, request: ErasureRequest, say: Callable[[str], None]) -> Erasure:
    """Erase a person; the caller holds the database's lock.

    The database is written anew last: what a run replaces leaves its rows in free blocks.

    Args:
        settings: Where everything is.
        person: Who.
        request: How.
        say: Is told what a user should know meanwhile.

    Raises:
        ErasureUnfinishedError: The scores couldn't be made anew; the same command goes on from there.
    """
    began = monotonic()
    ledger = ledger_path(settings.database)
    person = replace(
        person,
        notified=tuple(dict.fromkeys([*person.notified, *notified_receivers(ledger, person.ids)])),
    )
    matcher, pending = Matcher(person), Pending(settings.database)
    is_new = pending.read() is None
    with step_progress("Erasing") as progress:
        progress.say("rows")
        # Of who was forgotten before, files may turn up while runs' tables are clean: then no run is needed.
        is_bare = person == Person(person.contact_id, (person.contact_id,), (), (), (), (), ())
        is_stored = not (is_new and is_bare) or any(
            not place.is_clean for place in stored_places(settings, matcher)
        )
        pending.write(person)
        with open_database(settings.database) as database:
            nobody = unknown_visitors(settings.root, request.variables)
            rows = erase_rows(database, person, nobody)
            as_of, before = finished_as_of(database), _variables(database)
    try:
        if as_of is not None and (is_stored or any(rows.values())):
            _score_and_publish(settings, request, as_of, say)
    except ErasureUnfinishedError:
        rewrite_database(settings.database)
        raise
    with step_progress("Erasing") as progress:
        progress.say("the database's file")
        rewrite_database(settings.database)
    with step_progress("Proving") as progress:
        progress.say("exports, deliveries and logs")
        removed, shortened = _erase_files(settings, request, matcher, is_again=is_new and is_bare, say=say)
        progress.say("search")
        folders = dict.fromkeys(written.folder for written in request.folders)
        places = list(searched_places(settings, list(folders), matcher))
    with open_database(settings.database, read_only=True) as database:
        other_variables = before is not None and before != _variables(database)
    owed = owed_removals(ledger, person.ids)
    done = Erasure(person, rows, removed, shortened, places, owed, other_variables=other_variables)
    if done.is_only_owed:
        pending.clear()
    return replace(done, seconds=round(monotonic() - began, 1))


def _score_and_publish(
    settings: Settings, request: ErasureRequest, as_of: datetime, say: Callable[[str], None]
) -> None:
    """Everything anew at the instant of the last run, so that nothing but the person goes."""
    run = RunRequest(as_of, full_refresh=True, variables=request.variables, publish_whole=True)
    try:
        score_locked(settings, run, say)
    except LeadscoreError as error:
        raise ErasureUnfinishedError(
            f"erased from the database, but not from what is published: {error.message}",
            "Readers still find the person. Correct this and give the same command again: it goes on.",
        ) from error


def _erase_files(
    settings: Settings,
    request: ErasureRequest,
    matcher: Matcher,
    *,
    is_again: bool,
    say: Callable[[str], None],
) -> tuple[list[Path], list[Path]]:
    """Erase the person from files.

    Returns:
        Exported files that were removed, and delivered ones that lost lines.
    """
    last_run = 0
    with open_database(settings.database, read_only=True) as database:
        if "segment_changes" in database.tables("marts"):
            last_run = int(database.value("select coalesce(max(run_number), 0) from marts.segment_changes"))
    forgetting = Forgetting(PersonFinder(matcher), are_told=request.are_told, is_again=is_again)
    removed: list[Path] = []
    shortened: list[Path] = []
    for written in request.folders:
        try:
            shortened += erase_delivered(written, matcher)
            if written.is_own:
                removed += forget_from(written.folder, forgetting, last_run)
        except (LeadscoreError, OSError) as error:  # the others first; the proof says what is left there
            say(f"{written.folder}: {error}")
    by_id = receivers_by_id(settings.root / "syncs")
    erase_ledger(ledger_path(settings.database), matcher, say, are_told=request.are_told, by_id=by_id)
    erase_from_logs(settings, matcher)
    forget_trials(settings.root)
    return removed, shortened


def _is_owed(place: Place) -> bool:
    """Whether what is left is only what a receiver is to be told."""
    return not place.problem and place.name in OWED_TABLES


def _variables(database: Database) -> str | None:
    """What the last finished run keeps of its dbt variables; None: nothing, as while `calibrate` learns."""
    if "run_state" not in database.tables("state"):
        return None
    query = r"select max(regexp_extract(fingerprint, 'variables=(\S*)', 1)) from state.run_state"
    variables: str | None = database.value(query)
    return variables
