"""Bringing what is learned of conversions up to date: runs that only add leave it as it was."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from leadscore.build.outcome import failed_run
from leadscore.build.plan import run_plan
from leadscore.build.project import DbtProject
from leadscore.configuration.unchanged import LEARNING
from leadscore.engine import is_embedded
from leadscore.output.progress import step_progress
from leadscore.publication.publish import publish
from leadscore.publication.reading import open_published
from leadscore.settings import Settings
from leadscore.storage.database import Database, open_database
from leadscore.storage.lock import LOCK_WAIT, LockWait, hold_lock

# Built after `count_as_unfinished`: the run is finished again once what only full runs make is tested.
LEARNED_AND_FINISHED = f"{LEARNING} run_state"


def count_as_unfinished(database: Path) -> None:
    """Let the next run be a full one, unless `LEARNED_AND_FINISHED` is built before it."""
    with open_database(database) as connection:
        connection.execute("delete from state.run_state")


def learn(
    settings: Settings,
    variables: Mapping[str, object],
    say: Callable[[str], None],
    lock_wait: LockWait = LOCK_WAIT,
) -> bool:
    """Make the marts about conversions anew, as of the last publication, and publish them.

    Args:
        settings: Where everything is.
        variables: dbt variables that runs have.
        say: Is told who is at work while this waits.
        lock_wait: How long to wait for them.

    Returns:
        Whether that was needed, and could be: the database holds what was published.

    Raises:
        RunFailedError: It failed; the last publication is untouched, and the next run a full one.
    """
    if not is_embedded() or not _is_outdated(settings):
        return False
    with hold_lock(settings.lock, "calibrate", say, lock_wait.seconds, lock_wait.give_up):
        with open_published(settings) as database:
            published = run_plan(database)
        with open_database(settings.database, read_only=True) as database:
            scored = run_plan(database)
        # What was published had finished: where learning was cut short it is gone on with.
        if published is None or scored is None or not scored.is_same_run(published):
            return False
        with step_progress("Learning") as progress:
            count_as_unfinished(settings.database)
            outcome = DbtProject(settings.root, settings.database, settings.seeds).build(
                progress,
                variables=variables,
                run_variables={"as_of": scored.as_of.isoformat(timespec="microseconds")},
                select=LEARNED_AND_FINISHED,
                full_refresh=True,
            )
        if not outcome.succeeded:
            raise failed_run(outcome)
        with step_progress("Publishing") as progress:
            publish(settings, progress.say, warn=say, as_of=scored.as_of)
    return True


def _is_outdated(settings: Settings) -> bool:
    """Whether what is published of conversions was learned at another instant than its scores are of."""
    with open_published(settings) as database:
        plan = run_plan(database)
        learned = _learned_as_of(database)
    return plan is not None and learned is not None and learned != plan.as_of


def _learned_as_of(database: Database) -> datetime | None:
    if "score_quality" not in database.tables("marts"):
        return None
    as_of: datetime | None = database.value("select max(as_of) from marts.score_quality")
    return None if as_of is None else as_of.replace(tzinfo=UTC)
