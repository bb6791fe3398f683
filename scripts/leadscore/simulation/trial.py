"""Scoring by other seeds, beside the database: nothing that is there changes."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Thread

from leadscore.build.plan import RunPlan, run_plan
from leadscore.build.project import DbtProject, load_dbt
from leadscore.configuration.variables import RAW_PLACES, merges_by_address, reads_raw_schema
from leadscore.engine import EMBEDDED, require_embedded
from leadscore.errors import LeadscoreError
from leadscore.output.progress import step_progress
from leadscore.publication.reading import open_published, require_marts
from leadscore.runs.refusal import raise_for_failure, refuse_broken_seeds
from leadscore.settings import Settings
from leadscore.simulation.raw_rows import copy_raw_rows
from leadscore.storage.database import Database, literal, open_database
from leadscore.storage.lock import LOCK_WAIT, LockWait, hold_lock

DATABASE = "leadscore.duckdb"
SPILL = ".spill"
STAGED = "seeds"
# Seeds that a command writes in order to try them out.
WRITTEN = "written-"
VALID = "configuration_is_valid"  # the test without which nothing is built on mistakes
BEFORE, AFTER = "before", "after"
OUTDATED = "The publication lacks the seeds that it was made with: publish again with `leadscore run`."


@dataclass(frozen=True)
class TrialRequest:
    """What is to be tried out.

    Attributes:
        seeds: The folder with the other seeds.
        wanted: The models to build, with all that they are made of.
        variables: dbt variables that the last run had.
        share: Which share of the contacts; None: all.
        twins: Models of the other seeds -> further ones of them that get the same edits by hand.
        command: The command that asks, for messages.
    """

    seeds: Path
    wanted: Sequence[str]
    variables: Mapping[str, object] = field(default_factory=dict)
    share: float | None = None
    twins: Mapping[str, str] = field(default_factory=dict)
    command: str = "simulate"


@dataclass(frozen=True)
class Trial:
    """Two databases side by side: what is published, and the same contacts then by other seeds.

    Attributes:
        database: A connection in memory to which both are attached: `before` and `after`.
        as_of: The instant.
        share: Which share of the contacts `after` has scored; None: all.
    """

    database: Database
    as_of: datetime
    share: float | None

    @property
    def as_of_sql(self) -> str:
        """The instant as a SQL timestamp."""
        return f"timestamp {literal(self.as_of.replace(tzinfo=None).isoformat(' '))}"


def trial_place(root: Path) -> Path:
    """The folder in which trials are made, of a project."""
    return (root / (os.environ.get("DBT_TARGET_PATH") or "target") / "simulate").resolve()


def remove_trial(root: Path) -> None:
    """Remove the database of a trial, also one that was killed: it holds raw rows."""
    place = trial_place(root)
    for file in (place / DATABASE, place / f"{DATABASE}.wal"):
        file.unlink(missing_ok=True)
    for folder in (place / f"{DATABASE}.tmp", place / SPILL):
        shutil.rmtree(folder, ignore_errors=True)


def forget_trials(root: Path) -> None:
    """Remove all that trials leave, also the seeds that were tried out; one that is going on fails."""
    remove_trial(root)
    place = trial_place(root)
    for folder in (place / STAGED, *place.glob(f"{WRITTEN}*")):
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def tried_out(
    settings: Settings, request: TrialRequest, say: Callable[[str], None], lock_wait: LockWait = LOCK_WAIT
) -> Iterator[Trial]:
    """Score by other seeds at the last publication's as_of, one trial at a time.

    Args:
        settings: Where everything is.
        request: What is to be tried out.
        say: Is told who is at work while this waits.
        lock_wait: How long to wait for them.

    Raises:
        ConfigurationMistakesError: The other seeds have mistakes.
        NothingPublishedError: There is nothing to compare with.
        LeadscoreError: The database doesn't hold what was published.
    """
    require_embedded(request.command, "Try seeds out on a part of the data that is in a DuckDB file.")
    refuse_broken_seeds(Settings(settings.root, settings.database, settings.published, request.seeds))
    place = trial_place(settings.root)
    trial = place / DATABASE
    with (
        hold_lock(place / f"{DATABASE}.lock", request.command, say, lock_wait.seconds, lock_wait.give_up),
        open_database(None) as database,
    ):
        database.execute(f"set temp_directory = {literal(place / SPILL)}")
        # Attached all the time: what readers see may be another publication before this has ended.
        published = settings.published_database
        with open_published(settings, "contact_scores"):
            database.execute(f"attach {literal(published)} as {BEFORE} (read_only)")
        plan = _published_plan(database)
        try:
            remove_trial(settings.root)
            with step_progress("Copying raw rows") as progress:
                progress.say("raw rows")
                Thread(target=load_dbt, daemon=True).start()  # DuckDB works outside Python meanwhile
                with (
                    hold_lock(settings.lock, request.command, say, lock_wait.seconds, lock_wait.give_up),
                    chdir(settings.root),  # files in place of raw tables are named from there
                ):
                    by_address = merges_by_address(settings.root, request.variables)
                    copy_raw_rows(
                        settings.database, trial, plan, request.share, request.twins, by_address=by_address
                    )
            file = trial.stat().st_ino
            _build(settings, request, trial, plan.as_of)
            if not trial.exists() or trial.stat().st_ino != file:
                raise LeadscoreError("somebody was forgotten meanwhile, and the trial removed", "Try again.")
            database.execute(f"attach {literal(trial)} as {AFTER} (read_only)")
            _tell_other_variables(settings, request, database, say)
            yield Trial(database, plan.as_of, request.share)
            database.execute(f"detach {AFTER}")
        finally:
            remove_trial(settings.root)


def _published_plan(database: Database) -> RunPlan:
    require_marts(database, "contact_scores", catalog=BEFORE)
    plan = run_plan(database, BEFORE)
    if plan is None or "seed_cells" not in database.tables("configuration", BEFORE):
        raise LeadscoreError(OUTDATED)
    return plan


def _tell_other_variables(
    settings: Settings, request: TrialRequest, database: Database, say: Callable[[str], None]
) -> None:
    """Say where the last run had other dbt variables; where raw tables are is one of them."""
    if not reads_raw_schema(settings.root, request.variables):
        return
    was, becomes = (
        str(database.value(f"select fingerprint from {catalog}.state.run_plan")).split()
        for catalog in (BEFORE, AFTER)
    )
    if [part for part in was if part.startswith("variables=")] != [
        part for part in becomes if part.startswith("variables=")
    ]:
        say("The last run had other dbt variables: what they change stands here as if the seeds did (--vars)")


def _build(settings: Settings, request: TrialRequest, trial: Path, as_of: datetime) -> None:
    place, root = trial.parent, settings.root
    # Always the same, so that `forget` finds them: dbt reads seeds within the project alone.
    staged = (place / STAGED).relative_to(root.resolve()) if place.is_relative_to(root.resolve()) else None
    project = DbtProject(root, trial, request.seeds, place, EMBEDDED, staged_seeds=staged)
    with step_progress("Scoring by other seeds") as progress:
        outcome = project.build(
            progress,
            variables=_variables(root, request.variables),
            # A sample has fewer contacts than the last run.
            run_variables={"as_of": as_of.isoformat(timespec="microseconds"), "allow_shrink": True},
            select=" ".join([VALID, *(f"+{model}" for model in request.wanted)]),
            full_refresh=True,
            tested=False,
        )
    raise_for_failure(outcome, trial)


def _variables(root: Path, given: Mapping[str, object]) -> dict[str, object]:
    """The last run's, but for where raw tables are: most runs have them there, and the same is parsed."""
    return dict(given) if reads_raw_schema(root, given) else {**given, **RAW_PLACES}
