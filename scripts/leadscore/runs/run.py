"""One scoring run, from lock to publication."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from time import monotonic

from leadscore.build.outcome import BuildObserver, BuildOutcome, Failure
from leadscore.build.plan import run_plan
from leadscore.build.project import DbtProject
from leadscore.build.spark import import_marts
from leadscore.configuration.unchanged import (
    files_stamp,
    forget_configuration,
    remember_configuration,
    unchanged_nodes,
)
from leadscore.engine import is_embedded
from leadscore.errors import LeadscoreError
from leadscore.output.progress import step_progress
from leadscore.publication.parquet import parquet_choice
from leadscore.publication.publish import publish
from leadscore.publication.reading import open_published
from leadscore.runs.clock import present_instant
from leadscore.runs.history import RunEntry, history_path, log_run
from leadscore.runs.learning import LEARNED_AND_FINISHED, count_as_incomplete
from leadscore.runs.refusal import raise_for_failure, refuse_broken_seeds
from leadscore.runs.warnings import misnamed_files, with_reasons
from leadscore.settings import Settings
from leadscore.storage.access import shared_mode
from leadscore.storage.database import Database, open_database
from leadscore.storage.lock import LOCK_WAIT, LockWait, hold_lock

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
        allow_shrink: Whether contacts may be gone, and tables.
    """

    as_of: datetime | None = None
    full_refresh: bool = False
    variables: Mapping[str, object] = field(default_factory=dict)
    publish_whole: bool = False
    allow_shrink: bool = False


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
    lock_wait: LockWait = LOCK_WAIT,
) -> RunReport:
    """Build, test and publish.

    Args:
        settings: Where everything is.
        request: What is asked for.
        say: Is told what a user should know meanwhile.
        project: The project, which stays parsed from run to run; None: one for this run.
        lock_wait: How long to wait for another process that writes the database.

    Raises:
        ConfigurationMistakesError: The seeds have mistakes; no score was computed.
        RunFailedError: Something else failed. In both cases the last publication is untouched.
    """
    began = monotonic()
    parquet_choice(), shared_mode()  # a wrong value is refused before anything is touched
    with hold_lock(settings.lock, "run", say, lock_wait.seconds, lock_wait.give_up):
        return score_locked(settings, request, say, project=project, began=began)


def tell_if_new(settings: Settings, say: Callable[[str], None]) -> None:
    """Say that the database is made now: its name may be a slip of the pen."""
    if not settings.database.exists():
        say(f"There is no database at {settings.database} yet: it is made.")


def score_locked(
    settings: Settings,
    request: RunRequest,
    say: Callable[[str], None],
    *,
    project: DbtProject | None = None,
    began: float | None = None,
) -> RunReport:
    """The run itself, for who holds the database's lock.

    The arguments are those of `run_once`, and `began`: when the work began by the monotonic clock; None: now.
    """
    return _Run(
        settings=settings,
        request=request,
        say=say,
        project=project or DbtProject(settings.root, settings.database, settings.seeds),
        # Now, not before the wait for the lock: another run may have scored for a later instant meanwhile.
        as_of=request.as_of or present_instant(settings, request.full_refresh, say),
        began=monotonic() if began is None else began,
    ).score()


@dataclass(frozen=True)
class _Run:
    """A run, step by step: check, build, bring, publish, summarise."""

    settings: Settings
    request: RunRequest
    say: Callable[[str], None]
    project: DbtProject
    as_of: datetime
    began: float

    def score(self) -> RunReport:
        with log_run(history_path(self.settings.database), self.as_of, self.say) as entry:
            left_out = self._check()
            read = None if left_out else files_stamp(*self._configuration)
            outcome = self._build(entry, left_out)
            outcome = replace(outcome, warnings=[*misnamed_files(self.settings.seeds), *outcome.warnings])
            kind, rescored = self._bring(entry, outcome, read)
            marts = self._publish(entry)
            summary, warnings = self._summarise(entry, outcome)
        return RunReport(
            as_of=self.as_of,
            seconds=round(monotonic() - self.began, 1),
            summary=summary,
            marts=marts,
            warnings=warnings,
            kind=kind.get("kind", "full"),
            reason=kind.get("reason", ""),
            contacts_rescored=rescored,
        )

    def _check(self) -> str | None:
        """Refuse what can't be built, before dbt starts; what the build leaves out, as dbt's `--exclude`."""
        refuse_broken_seeds(self.settings)
        tell_if_new(self.settings, self.say)
        with open_database(self.settings.database) as database:
            left_out = None
            if is_embedded() and not self.request.full_refresh:
                left_out = unchanged_nodes(database, *self._configuration)
            if left_out is None:
                # Until it is complete, so that one that is cut short isn't taken for the one before.
                forget_configuration(database)
            return left_out

    def _build(self, entry: RunEntry, left_out: str | None) -> BuildOutcome:
        with entry.stage("scoring"), step_progress("Scoring") as progress:
            built = self._built(progress, exclude=left_out, full_refresh=self.request.full_refresh)
            if left_out is None or not built.succeeded or not self._is_full:
                return built
            # A full run that nothing foretold, as after lost rows: what only full runs make was left out.
            # Until that is made and tested the run isn't complete, and the next one is full again.
            count_as_incomplete(self.settings.database)
            learned = self._built(progress, select=LEARNED_AND_FINISHED)
            return replace(learned, warnings=[*built.warnings, *learned.warnings])

    def _built(
        self,
        progress: BuildObserver,
        *,
        select: str | None = None,
        exclude: str | None = None,
        full_refresh: bool = False,
    ) -> BuildOutcome:
        return self.project.build(
            progress,
            variables=self.request.variables,
            run_variables={
                "as_of": self.as_of.isoformat(timespec="microseconds"),
                **({"allow_shrink": True} if self.request.allow_shrink else {}),
            },
            select=select,
            exclude=exclude,
            full_refresh=full_refresh,
        )

    def _bring(self, entry: RunEntry, outcome: BuildOutcome, read: str | None) -> tuple[dict[str, str], int]:
        """Bring here what was made on Spark, and go no further with what failed.

        Args:
            entry: The run's entry in the log.
            outcome: What became of the build.
            read: The configuration's files as they were before a complete build; None: it left something out.

        Returns:
            Which kind of run it was, and how many contacts it scored anew.
        """
        if not is_embedded():
            with (
                entry.stage("bringing"),
                step_progress("Bringing marts from Spark") as progress,
                open_database(self.settings.database) as database,
            ):
                import_marts(database, progress.say)
                forget_configuration(database)
        kind = _kind(self.settings.database, self.as_of)
        entry.record(warnings=len(outcome.warnings), **kind)
        raise_for_failure(outcome, self.settings.database)
        with open_database(self.settings.database) as database:
            if is_embedded() and read is not None:
                remember_configuration(database, *self._configuration, read)
            return kind, _contacts_rescored(database)

    def _publish(self, entry: RunEntry) -> list[str]:
        with entry.stage("publishing"), step_progress("Publishing") as progress:
            return publish(
                self.settings,
                progress.say,
                warn=self.say,
                as_of=self.as_of,
                whole=self.request.publish_whole,
                allow_shrink=self._may_shrink,
            )

    def _summarise(
        self, entry: RunEntry, outcome: BuildOutcome
    ) -> tuple[list[dict[str, object]], list[Failure]]:
        """What the run counted, and its warnings."""
        with open_published(self.settings) as database:
            summary = database.records(SUMMARY)
            warnings = with_reasons(outcome.warnings, database)
        entry.record(metrics={str(row["metric"]): row["value"] for row in summary})
        return summary, warnings

    @property
    def _is_full(self) -> bool:
        return _kind(self.settings.database, self.as_of).get("kind") == "full"

    @property
    def _may_shrink(self) -> bool:
        given = str(self.request.variables.get("allow_shrink", ""))
        return self.request.allow_shrink or given.strip().lower() == "true"

    @property
    def _configuration(self) -> tuple[Path, Path, Mapping[str, object]]:
        return self.settings.root, self.settings.seeds, self.request.variables


def _contacts_rescored(database: Database) -> int:
    """How many contacts that are scored the run scored anew; 0 where nothing was built."""
    if "run_contacts" not in database.tables("state") or "int_contacts" not in database.tables("store"):
        return 0
    return int(database.value(RESCORED))


def _kind(path: Path, as_of: datetime) -> dict[str, str]:
    """What the run planned to be; nothing if it didn't come that far."""
    try:
        with open_database(path, read_only=True) as database:
            plan = run_plan(database)
    except LeadscoreError:
        return {}
    if plan is None or plan.as_of != as_of:
        return {}
    return {"kind": "full" if plan.is_full else "incremental", "reason": plan.reason}
