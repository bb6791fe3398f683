"""Erasing a person everywhere, and proving it: killed at any moment, it goes on from where it was."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from leadscore.delivery.ledger import ledger_path
from leadscore.erasure.files import erase_from_logs, erase_ledger, rewrite_database
from leadscore.erasure.finder import PersonFinder
from leadscore.erasure.matcher import Matcher
from leadscore.erasure.person import Pending, Person
from leadscore.erasure.proof import Place, searched_places
from leadscore.erasure.rows import erase_rows, last_as_of
from leadscore.errors import LeadscoreError
from leadscore.exports.forgetting import forget_from
from leadscore.output.progress import step_progress
from leadscore.runs.run import RunRequest, score_locked
from leadscore.settings import Settings
from leadscore.storage.database import Database, open_database


class ErasureUnfinishedError(LeadscoreError):
    """A person is erased from the database, but not everywhere yet."""


@dataclass(frozen=True)
class Erasure:
    """What was erased.

    Attributes:
        person: Who.
        rows: Raw table -> how many rows.
        removed: Exported files that were removed.
        places: Where the person was looked for afterwards.
        seconds: How long it took.
        other_variables: Whether scores were made with other dbt variables than by the run before.
    """

    person: Person
    rows: Mapping[str, int]
    removed: Sequence[Path]
    places: Sequence[Place]
    seconds: float = 0.0
    other_variables: bool = False

    @property
    def left(self) -> list[Place]:
        """Where the person still stands."""
        return [place for place in self.places if place.found]


@dataclass(frozen=True)
class ErasureRequest:
    """How to erase.

    Attributes:
        folders: Where exports were written to.
        variables: dbt variables of the runs.
    """

    folders: Sequence[Path]
    variables: Mapping[str, object] = field(default_factory=dict)


def erase(settings: Settings, person: Person, request: ErasureRequest, say: Callable[[str], None]) -> Erasure:
    """Erase a person; the caller holds the database's lock.

    Args:
        settings: Where everything is.
        person: Who.
        request: How.
        say: Is told what a user should know meanwhile.

    Raises:
        ErasureUnfinishedError: The scores couldn't be made anew; the same command goes on from there.
    """
    began = monotonic()
    pending = Pending(settings.database)
    pending.write(person)
    with step_progress("Erasing") as progress:
        progress.say("rows")
        with open_database(settings.database) as database:
            rows = erase_rows(database, person)
            as_of, before = last_as_of(database), _variables(database)
        progress.say("the database's file")
        rewrite_database(settings.database)
    if as_of is not None:
        _score_and_publish(settings, request, datetime.fromisoformat(as_of).replace(tzinfo=UTC), say)
    matcher = Matcher(person)
    with step_progress("Proving") as progress:
        progress.say("exports and logs")
        removed = _erase_files(settings, request, matcher, say)
        progress.say("search")
        places = list(searched_places(settings, request.folders, matcher))
    with open_database(settings.database, read_only=True) as database:
        other_variables = before != _variables(database)
    done = Erasure(person, rows, removed, places, other_variables=other_variables)
    if not done.left:
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
    settings: Settings, request: ErasureRequest, matcher: Matcher, say: Callable[[str], None]
) -> list[Path]:
    last_run = 0
    with open_database(settings.database, read_only=True) as database:
        if "segment_changes" in database.tables("marts"):
            last_run = int(database.value("select coalesce(max(run_number), 0) from marts.segment_changes"))
    finder = PersonFinder(matcher)
    removed = [file for folder in request.folders for file in forget_from(folder, finder, last_run)]
    erase_ledger(ledger_path(settings.database), matcher, say)
    erase_from_logs(settings, matcher)
    return removed


def _variables(database: Database) -> str | None:
    """What the last finished run keeps of its dbt variables."""
    if "run_state" not in database.tables("state"):
        return None
    query = r"select max(regexp_extract(fingerprint, 'variables=(\S*)', 1)) from state.run_state"
    return str(database.value(query))
