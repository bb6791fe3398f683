"""Bringing what is learned of conversions up to date: runs that only add leave it as it was."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from leadscore.build.outcome import failed_run
from leadscore.build.plan import finished_as_of, run_plan
from leadscore.build.project import DbtProject
from leadscore.configuration.unchanged import LEARNING
from leadscore.engine import is_embedded
from leadscore.output.progress import step_progress
from leadscore.publication.publish import publish
from leadscore.publication.reading import open_published
from leadscore.settings import Settings
from leadscore.storage.database import Database, open_database
from leadscore.storage.lock import LOCK_WAIT, LockWait, hold_lock


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
        RunFailedError: It failed; the last publication is untouched.
    """
    if not is_embedded() or not _is_outdated(settings):
        return False
    with hold_lock(settings.lock, "calibrate", say, lock_wait.seconds, lock_wait.give_up):
        with open_published(settings) as database:
            published = run_plan(database)
        with open_database(settings.database, read_only=True) as database:
            scored, as_of = run_plan(database), finished_as_of(database)
        if published is None or scored is None or as_of is None:
            return False
        if not scored.is_same_run(published) or scored.as_of != as_of:
            return False
        with step_progress("Learning") as progress:
            outcome = DbtProject(settings.root, settings.database, settings.seeds).build(
                progress,
                variables=variables,
                run_variables={"as_of": as_of.isoformat(timespec="microseconds")},
                select=LEARNING,
                full_refresh=True,
            )
        if not outcome.succeeded:
            raise failed_run(outcome)
        with step_progress("Publishing") as progress:
            publish(settings, progress.say, warn=say, as_of=as_of)
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
