"""One scoring run, from lock to publication."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from leadscore.build.outcome import BuildOutcome, Failure, failed_run
from leadscore.build.plan import run_plan
from leadscore.build.project import DbtProject
from leadscore.build.spark import bring_marts
from leadscore.configuration.seeds import structural_mistakes
from leadscore.configuration.unchanged import forget_configuration, remember_configuration, standing_nodes
from leadscore.engine import is_embedded
from leadscore.errors import ConfigurationMistakesError, LeadscoreError
from leadscore.mistakes import Mistake
from leadscore.output.progress import step_progress
from leadscore.publication.parquet import parquet_choice
from leadscore.publication.publish import publish
from leadscore.runs.history import RunEntry, logged, run_log
from leadscore.settings import Settings
from leadscore.storage.database import Database, opened
from leadscore.storage.lock import PATIENCE, Patience, locked

MISTAKES = (
    "select seed, row_number, row_key, column_name, value, problem, allowed from configuration.config_errors "
    "order by seed, row_number, column_name, problem"
)
RESCORED = """
select count(*)
from state.run_contacts as contacts
inner join store.int_contacts as people
    on
        contacts.contact_key = people.contact_key
        and people.contact_key = people.survivor_key
"""
SUMMARY = "select metric, value, description from marts.run_summary order by place"


@dataclass(frozen=True)
class RunRequest:
    """What is asked of a run.

    Attributes:
        as_of: The instant scored for; None: its start.
        full_refresh: Whether everything is built anew.
        variables: Other dbt variables.
        publish_whole: Whether no file of an earlier publication stays.
    """

    as_of: datetime | None = None
    full_refresh: bool = False
    variables: Mapping[str, object] = field(default_factory=dict)
    publish_whole: bool = False


@dataclass(frozen=True)
class RunReport:
    """What a run did.

    Attributes:
        as_of: The instant scored for.
        seconds: How long it took, publication included.
        summary: The rows of `run_summary`.
        marts: What was published.
        warnings: Tests that warn.
        kind: full or incremental.
        reason: Why it was a full run; empty for an incremental one.
        contacts_rescored: How many of the contacts that are scored were scored anew.
    """

    as_of: datetime
    seconds: float
    summary: list[dict[str, object]]
    marts: list[str]
    warnings: list[Failure]
    kind: str = "full"
    reason: str = ""
    contacts_rescored: int = 0


def run_once(
    settings: Settings,
    request: RunRequest,
    say: Callable[[str], None],
    *,
    project: DbtProject | None = None,
    patience: Patience = PATIENCE,
) -> RunReport:
    """Build, test and publish.

    Args:
        settings: Where everything is.
        request: What is asked for.
        say: Is told what a user should know meanwhile.
        project: The project, which stays parsed from run to run; None: one for this run.
        patience: How long to wait for another process that writes the database.

    Raises:
        ConfigurationMistakesError: The seeds have mistakes; no score was computed.
        RunFailedError: Something else failed. In both cases the last publication is untouched.
    """
    began = monotonic()
    parquet_choice()  # a wrong value is refused before anything is touched
    with locked(settings.lock, "run", say, patience.seconds, patience.give_up):
        # Now, not before the wait: another run may have scored for a later instant meanwhile.
        as_of = request.as_of or datetime.now(UTC)
        return run_locked(settings, request, say, project, as_of, began)


def run_locked(
    settings: Settings,
    request: RunRequest,
    say: Callable[[str], None],
    project: DbtProject | None,
    as_of: datetime,
    began: float,
) -> RunReport:
    """The run itself: the caller holds the database's lock, and knows the instant and when it began."""
    configuration = (settings.root, settings.seeds, request.variables)
    with logged(run_log(settings.database), as_of, say) as entry:
        refuse_broken_seeds(settings)
        with opened(settings.database) as database:
            # Also so that a database that can't be written is refused before dbt starts.
            standing = (
                standing_nodes(database, *configuration)
                if is_embedded() and not request.full_refresh
                else None
            )
        with entry.stage("scoring"), step_progress("Scoring") as progress:
            project = project or DbtProject(settings.root, settings.database, settings.seeds)
            outcome = project.build(
                progress,
                variables=request.variables,
                run_variables={"as_of": as_of.isoformat(timespec="microseconds")},
                exclude=standing,
                full_refresh=request.full_refresh,
            )
        if not is_embedded():
            _bring_from_spark(settings, entry)
        kind = _kind(settings.database, as_of)
        entry.note(warnings=len(outcome.warnings), **kind)
        raise_for_failure(outcome, settings.database)
        with opened(settings.database) as database:
            if is_embedded() and standing is None:
                remember_configuration(database, *configuration)
            rescored = _contacts_rescored(database)
        with entry.stage("publishing"), step_progress("Publishing") as progress:
            marts = publish(settings, progress.say, warn=say, as_of=as_of, whole=request.publish_whole)
        with opened(settings.published_database, read_only=True) as database:
            summary = database.records(SUMMARY)
        entry.note(metrics={str(row["metric"]): row["value"] for row in summary})
    return RunReport(
        as_of=as_of,
        seconds=round(monotonic() - began, 1),
        summary=summary,
        marts=marts,
        warnings=list(outcome.warnings),
        kind=kind.get("kind", "full"),
        reason=kind.get("reason", ""),
        contacts_rescored=rescored,
    )


def _bring_from_spark(settings: Settings, entry: RunEntry) -> None:
    """Bring here what a run made on Spark, so that it is published and read like any other."""
    with (
        entry.stage("bringing"),
        step_progress("Bringing marts from Spark") as progress,
        opened(settings.database) as database,
    ):
        bring_marts(database, progress.say)
        forget_configuration(database)


def _contacts_rescored(database: Database) -> int:
    """How many contacts that are scored the run scored anew; 0 where nothing was built."""
    if "run_contacts" not in database.tables("state") or "int_contacts" not in database.tables("store"):
        return 0
    return int(database.value(RESCORED))


def _kind(path: Path, as_of: datetime) -> dict[str, str]:
    """What the run planned to be; nothing if it didn't come that far."""
    try:
        with opened(path, read_only=True) as database:
            plan = run_plan(database)
    except LeadscoreError:
        return {}
    if plan is None or plan.as_of != as_of:
        return {}
    return {"kind": "full" if plan.is_full else "incremental", "reason": plan.reason}


def refuse_broken_seeds(settings: Settings) -> None:
    """Stop before dbt starts if a seed isn't a proper CSV file."""
    if mistakes := structural_mistakes(settings.seeds):
        raise ConfigurationMistakesError(mistakes)


def raise_for_failure(outcome: BuildOutcome, database: Path) -> None:
    """Turn a failed build into what the user should hear: mistakes in the configuration, else what failed."""
    if outcome.succeeded:
        return
    if outcome.configuration_checked:
        with opened(database, read_only=True) as connection:
            mistakes = [Mistake(**record) for record in connection.records(MISTAKES)]
        if mistakes:
            raise ConfigurationMistakesError(mistakes)
    raise failed_run(outcome)
