"""Bringing what is learned of conversions up to date: runs that only add leave it as it was."""

from collections.abc import Callable, Mapping
from pathlib import Path

from leadscore.build.outcome import failed_run
from leadscore.build.plan import RunPlan, run_plan
from leadscore.build.project import DbtProject
from leadscore.configuration.unchanged import LEARNING
from leadscore.engine import is_embedded
from leadscore.output.progress import step_progress
from leadscore.publication.publish import publish
from leadscore.publication.reading import open_published
from leadscore.settings import Settings
from leadscore.storage.database import Database, open_database
from leadscore.storage.lock import LOCK_WAIT, LockWait, hold_lock

# Built after `count_as_incomplete`: the run is complete again once what only full runs make is tested.
LEARNED_AND_FINISHED = f"{LEARNING} run_state"
LEARNED_RUN = "state.learned_run"


def count_as_incomplete(database: Path) -> None:
    """Let the next run be a full one, unless `LEARNED_AND_FINISHED` is built before it.

    The run has finished all the same: what it recorded of segments and notifications stands.
    """
    with open_database(database) as connection:
        connection.execute("update state.run_state set fingerprint = null")


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
    if not is_embedded():
        return False
    with hold_lock(settings.lock, "calibrate", say, lock_wait.seconds, lock_wait.give_up):
        scored = _run_to_learn_from(settings)
        if scored is None:
            return False
        with step_progress("Learning") as progress:
            count_as_incomplete(settings.database)
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
        with open_database(settings.database) as database:
            database.execute(
                f"create or replace table {LEARNED_RUN} as select ?::varchar as run_id", [scored.run_id]
            )
    return True


def _run_to_learn_from(settings: Settings) -> RunPlan | None:
    """The run after which these marts are to be made anew; None: they are up to date, or can't be."""
    with open_published(settings) as database:
        published, has_learned = run_plan(database), _has_learned(database)
    # Full runs learn themselves.
    if published is None or published.is_full or not has_learned:
        return None
    with open_database(settings.database, read_only=True) as database:
        scored, learned_in = run_plan(database), _learned_in(database)
    if scored is None or not scored.is_same_run(published):
        return None
    return None if learned_in is not None and learned_in == scored.run_id else scored


def _has_learned(database: Database) -> bool:
    """Whether there is anything to learn: a conversion and a model."""
    return "score_quality" in database.tables("marts") and bool(
        database.value("select count(*) from marts.score_quality")
    )


def _learned_in(database: Database) -> str | None:
    """The run after which `learn` last made these marts anew; None: it never did, or that has no name."""
    schema, table = LEARNED_RUN.split(".")
    if table not in database.tables(schema):
        return None
    run_id: str | None = database.value(f"select run_id from {LEARNED_RUN}")
    return run_id
