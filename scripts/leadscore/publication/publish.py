"""Publishing: what readers open is a copy, written beside and switched in when a run has passed."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from leadscore.build.plan import RunPlan, run_plan
from leadscore.errors import LeadscoreError
from leadscore.publication.access import settle_access
from leadscore.publication.base import Base, bases, keep_moved_contacts
from leadscore.publication.folder import DATABASE, PublicationFolder
from leadscore.publication.guards import refuse_foreign, refuse_shrunk
from leadscore.publication.parquet import ParquetChoice, parquet_choice, write_parquet
from leadscore.publication.record import MartRecord, Publication
from leadscore.publication.switch import switch
from leadscore.publication.tables import Relation, described, relations, update_all, write_all
from leadscore.settings import Settings
from leadscore.storage.access import shared_mode, written_mode
from leadscore.storage.database import Database, literal, open_database


@dataclass(frozen=True)
class _Task:
    """What is being published."""

    database: Database
    folder: PublicationFolder
    source: Path
    number: int
    plan: RunPlan | None
    as_of: datetime
    last: Publication | None
    moved: int | None  # contacts since the last publication; None: not known
    say: Callable[[str], None]
    warn: Callable[[str], None]


def publish(
    settings: Settings,
    say: Callable[[str], None],
    *,
    warn: Callable[[str], None] | None = None,
    as_of: datetime | None = None,
    whole: bool = False,
    allow_shrink: bool = False,
) -> list[str]:
    """Copy every mart of the database to the published folder.

    Everything is written first; then readers are led to it at one instant. A failure leaves the last
    publication as it was. What hasn't changed isn't written again: docs/publication.md.

    Args:
        settings: Where the database and the published folder are.
        say: Is told which mart is being copied.
        warn: Is told what people should know; default: `say`.
        as_of: The instant scored for, where the database doesn't tell.
        whole: Write everything anew and keep no earlier publication: no trace of rows that were deleted.
        allow_shrink: Publish a database that has lost contacts, too.

    Returns:
        The names of the published marts.

    Raises:
        UsageMistakeError: `LEADSCORE_PARQUET` names something else than marts, `LEADSCORE_FILE_MODE` no mode;
            or another database stands where readers' file belongs.
        ContactsGoneError: More than a fifth of the contacts would be gone.
    """
    choice, mode = parquet_choice(), shared_mode()
    folder = PublicationFolder(settings.published)
    with open_database(None) as database:
        database.execute(f"set temp_directory = {literal(folder.store / '.spill')}")
        database.execute(f"attach {literal(settings.database)} as source (read_only)")
        refuse_foreign(database, folder)
        number, now = folder.start(), datetime.now(UTC)
        try:
            plan = run_plan(database, "source")
            scored = plan.as_of if plan else as_of or now
            last = None if whole else folder.last()
            moved = None
            if plan and last and last.precedes(plan, str(settings.database)):
                moved = keep_moved_contacts(database, folder.building)
            task = _Task(
                database, folder, settings.database, number, plan, scored, last, moved, say, warn or say
            )
            source = {relation: described(database, relation) for relation in relations(database)}
            if not (allow_shrink or whole):  # an erasure takes away whom it names, and its run has looked
                refuse_shrunk(folder.last(), str(settings.database), plan, source)
            published, because = _written(task, source, choice, now)
            record = replace(
                _record(task, published, datetime.now(UTC), because), file_mode=written_mode(mode)
            )
            record.write(folder.building)
            settle_access(folder, folder.last(), mode)
            folder.finish(number)
        except BaseException:
            folder.abandon()
            raise
    switch(folder, number, task.warn)
    folder.clean(datetime.now(UTC), keep_earlier=not whole)
    return record.mart_names


def _written(
    task: _Task, source: Mapping[Relation, MartRecord], choice: ParquetChoice, now: datetime
) -> tuple[dict[Relation, MartRecord], str | None]:
    """Write the DuckDB file and beside it the Parquet files, which use the processors better together.

    Returns:
        As `_tables`.
    """
    other = task.database.another()
    with ThreadPoolExecutor(max_workers=1) as beside:
        writing = beside.submit(_parquet, task, other, source, choice)
        try:
            published, because = _tables(task, source, now)
            files = writing.result()
        except BaseException:
            other.interrupt()
            raise
    return {
        relation: replace(
            record,
            parquet_as_of=files[relation].parquet_as_of,
            parquet_sha256=files[relation].parquet_sha256,
        )
        for relation, record in published.items()
    }, because


def _tables(
    task: _Task, source: Mapping[Relation, MartRecord], now: datetime
) -> tuple[dict[Relation, MartRecord], str | None]:
    """Write the DuckDB file: what changed into an earlier one if there is a fitting one, else all of it.

    Returns:
        What is published, and why it was written whole although the run was incremental.
    """
    file = task.folder.building / DATABASE
    database = task.database
    because = None
    if task.moved is not None and task.last is not None:
        for base in bases(task.folder, task.last, now):
            try:
                with _serving(database, file, base):
                    return update_all(database, source, base.changes(database), task.say), None
            except (LeadscoreError, OSError) as error:
                # A reader has it open, or it isn't what it should be: the next one.
                because = str(error).splitlines()[0]
                _remove(file)
        task.warn(
            f"the publication is written whole, because an earlier one can't be brought up to date: {because}"
        )
    with _serving(database, file, None):
        write_all(database, source, task.say)
    return dict(source), because


@contextmanager
def _serving(database: Database, file: Path, base: Base | None) -> Iterator[None]:
    """The file of the next publication, attached as `served`."""
    if base is not None:
        base.bring(file)
    database.execute(f"attach {literal(file)} as served")
    try:
        yield
        database.execute("checkpoint served")
    finally:
        database.execute("detach served")


def _remove(file: Path) -> None:
    for leftover in (file, file.with_name(f"{file.name}.wal")):
        leftover.unlink(missing_ok=True)


def _parquet(
    task: _Task, database: Database, source: Mapping[Relation, MartRecord], choice: ParquetChoice
) -> dict[Relation, MartRecord]:
    return write_parquet(
        database,
        source,
        choice,
        as_of=task.as_of,
        nothing_moved=task.moved == 0,
        last=None if task.last is None else (task.last, task.folder.of(task.last.number)),
        folder=task.folder.building,
        say=task.say,
        warn=task.warn,
    )


def _record(
    task: _Task, published: Mapping[Relation, MartRecord], now: datetime, because: str | None
) -> Publication:
    return Publication(
        number=task.number,
        published_at=now,
        database=str(task.source),
        run_number=task.plan.run_number if task.plan else None,
        as_of=task.as_of,
        previous_as_of=task.plan.previous_as_of if task.plan else None,
        is_full=task.plan is None or task.plan.is_full,
        marts={relation.key: record for relation, record in published.items()},
        whole_because=because,
        run_id=task.plan.run_id if task.plan else None,
        previous_run_id=task.plan.previous_run_id if task.plan else None,
    )
