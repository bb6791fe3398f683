"""How it stands: runs, what is published, and how fresh the raw tables are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from leadscore.errors import DatabaseBusyError, LeadscoreError, NothingPublishedError
from leadscore.publication.folder import PublicationFolder
from leadscore.publication.reading import open_published
from leadscore.publication.record import Publication
from leadscore.raw.freshness import RawStatus, raw_status
from leadscore.raw.vendors import vendor_status
from leadscore.runs.history import FAILED, STARTED, SUCCEEDED, LoggedRun, history_path, read_runs
from leadscore.runs.run import SUMMARY
from leadscore.settings import Settings
from leadscore.storage.database import Database, open_database
from leadscore.storage.lock import holder

RUNNING, UNFINISHED = "running", "did not finish"


@dataclass(frozen=True)
class RunStatus:
    """How it stands.

    Attributes:
        now: The time.
        busy: Who uses the database now; None: nobody.
        runs: The logged runs, newest first; those without an end are `running` or `did not finish`.
        publication: What the current publication says of itself.
        as_of: The instant that the published scores are for.
        summary: The published rows of `run_summary`.
        raw: The raw tables; None: they can't be read now.
        vendors: What there is of each vendor that the last run read (var `sources`), as `hubspot.events`.
        notes: What could not be told, and why.
    """

    now: datetime
    busy: str | None
    runs: Sequence[LoggedRun]
    publication: Publication | None
    as_of: datetime | None
    summary: Sequence[Mapping[str, object]]
    raw: Mapping[str, RawStatus] | None
    vendors: Mapping[str, RawStatus]
    notes: Sequence[str]

    @property
    def last_success(self) -> LoggedRun | None:
        """The last run that went well."""
        return next((run for run in self.runs if run.state == SUCCEEDED), None)

    @property
    def failures_since_success(self) -> Sequence[LoggedRun]:
        """The runs since then that failed or did not finish."""
        since = self.runs.index(self.last_success) if self.last_success else len(self.runs)
        return [run for run in self.runs[:since] if run.state in (FAILED, UNFINISHED)]


def run_status(settings: Settings) -> RunStatus:
    """Find out how it stands; what can't be told is noted, at any moment."""
    notes: list[str] = []
    now = datetime.now(UTC)
    raw, vendors, busy = _raw(settings, now, notes)
    summary, as_of = _published(settings, notes)
    known = _without_databases(settings, now, busy, notes)
    return replace(known, as_of=known.as_of or as_of, summary=summary, raw=raw, vendors=vendors)


def status_of_runs(settings: Settings) -> RunStatus:
    """How it stands with runs and publications, without opening a database: nobody waits for this.

    Neither raw tables nor the summary of the publication are told.
    """
    return _without_databases(settings, datetime.now(UTC), holder(settings.lock), [])


def _without_databases(settings: Settings, now: datetime, busy: str | None, notes: list[str]) -> RunStatus:
    publication = PublicationFolder(settings.published).last()
    return RunStatus(
        now=now,
        busy=busy,
        runs=_runs(settings, busy, notes),
        publication=publication,
        as_of=publication.as_of if publication else None,
        summary=[],
        raw=None,
        vendors={},
        notes=notes,
    )


def _runs(settings: Settings, busy: str | None, notes: list[str]) -> list[LoggedRun]:
    try:
        runs, damaged = read_runs(history_path(settings.database))
    except OSError as error:
        notes.append(f"The run log can't be read: {error}")
        return []
    if damaged:
        notes.append(f"{damaged} line{'s' if damaged > 1 else ''} of the run log can't be read.")
    runs.reverse()
    return [
        run
        if run.state != STARTED
        else replace(run, state=RUNNING if place == 0 and _is_it(run, busy) else UNFINISHED)
        for place, run in enumerate(runs)
    ]


def _is_it(run: LoggedRun, busy: str | None) -> bool:
    """Whether the last run that started is who uses the database."""
    return busy is not None and (f"(process {run.process}," in busy or "process " not in busy)


def _raw(
    settings: Settings, now: datetime, notes: list[str]
) -> tuple[dict[str, RawStatus] | None, dict[str, RawStatus], str | None]:
    """The raw tables, vendors' rows, who uses the database; without its lock: nobody has to wait for this."""
    busy = holder(settings.lock)
    if busy is None and not settings.database.exists():
        notes.append(f"There is no database yet at {settings.database}.")
        return None, {}, None
    try:
        if busy is None:
            with open_database(settings.database, read_only=True) as database:
                # Whoever has begun meanwhile finds it closed again; who begins now waits until it is.
                busy = holder(settings.lock)
                if busy is None:
                    return raw_status(database, now), _vendors(database, now, notes), None
        notes.append(f"The raw tables can't be read now: {busy} is using the database.")
    except DatabaseBusyError as error:
        busy = holder(settings.lock)
        notes.append(f"The raw tables can't be read now: {error.message}.")
    except (LeadscoreError, OSError) as error:
        notes.append(f"The raw tables can't be read: {error}")
    return None, {}, busy


def _vendors(database: Database, now: datetime, notes: list[str]) -> dict[str, RawStatus]:
    try:
        return vendor_status(database, now)
    except LeadscoreError as error:  # a connector may have taken a table away
        notes.append(f"Vendors' tables can't be read: {error.message.splitlines()[0]}")
        return {}


def _published(settings: Settings, notes: list[str]) -> tuple[list[dict[str, object]], datetime | None]:
    try:
        with open_published(settings) as database:
            tables = database.tables("marts")
            summary = database.records(SUMMARY) if "run_summary" in tables else []
            query = "select max(as_of) from marts.contact_scores"
            as_of = database.value(query) if "contact_scores" in tables else None
            return summary, None if as_of is None else as_of.replace(tzinfo=UTC)
    except NothingPublishedError:
        notes.append(f"Nothing is published yet in {settings.published}.")
        return [], None
    except (LeadscoreError, OSError) as error:
        notes.append(f"What is published can't be read: {error}")
        return [], None
