"""`leadscore demo`."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from leadscore.commands.load import load_into
from leadscore.commands.options import instant
from leadscore.commands.place_options import environment_outside
from leadscore.commands.run import show_report
from leadscore.demo import report as demo_report
from leadscore.demo.batches import Batch
from leadscore.engine import require_embedded
from leadscore.errors import LeadscoreError
from leadscore.output.progress import step_progress
from leadscore.output.tables import tell
from leadscore.raw.tables import RAW_TABLES
from leadscore.runs.run import RunRequest, run_once
from leadscore.settings import Settings, is_set
from leadscore.storage.database import Database, identifier, open_database

EPILOG = "Example: leadscore demo"


class Dataset(StrEnum):
    """The data sets that come with the project."""

    SHOP = "shop"
    COMPLETE_JOURNEY = "complete-journey"


@dataclass(frozen=True)
class Demo:
    """A data set that is written and ready to load.

    Attributes:
        settings: Where it goes.
        batches: Its files, in order.
        as_of: The instant that it is scored for.
    """

    settings: Settings
    batches: Sequence[Batch]
    as_of: str


def demo(
    dataset: Annotated[Dataset, typer.Option(help="The data set.")] = Dataset.SHOP,
) -> None:
    """Load demo data, score it and show the result, in one go."""
    require_embedded("demo", "Leave LEADSCORE_TARGET unset to see the demo.")
    prepared = _shop() if dataset is Dataset.SHOP else _complete_journey()
    settings = prepared.settings
    if settings.database.exists():
        with open_database(settings.database, read_only=True) as database:
            _refuse_other_rows(database, settings, _digests(prepared.batches))
    for batch in prepared.batches:
        typer.echo(f"Loading {batch.name}")
        for table, file in batch.files.items():
            load_into(settings, table, [file])
    report = run_once(settings, RunRequest(as_of=instant(prepared.as_of), full_refresh=True), tell)
    with open_database(settings.published_database, read_only=True) as database:
        demo_report.show(database)
    show_report(report, settings)
    usual = Settings.from_environment(environment_outside())
    demo_report.show_next_steps(settings, usual, prepared.as_of)


def _shop() -> Demo:
    from leadscore.demo.shop import DEMO_AS_OF, write_demo_data  # only this command needs it

    settings = Settings.from_environment()
    with step_progress("Writing demo data"):
        return Demo(settings, write_demo_data(settings.root / "demo"), DEMO_AS_OF)


def _complete_journey() -> Demo:
    from leadscore.demo.complete_journey import COMPLETE_JOURNEY_AS_OF, write_complete_journey

    settings = Settings.from_environment()
    example = settings.root / "examples" / "complete_journey"
    settings = replace(settings, seeds=example / "seeds")
    if not is_set("LEADSCORE_DATABASE"):
        settings = replace(settings, database=example / "leadscore.duckdb")
        if not is_set("LEADSCORE_PUBLISHED"):
            settings = replace(settings, published=example / "published")
    with step_progress("Writing the Complete Journey data"):
        batches = write_complete_journey(settings.root / "demo" / "complete_journey")
    return Demo(settings, batches, COMPLETE_JOURNEY_AS_OF)


def _digests(batches: Sequence[Batch]) -> set[str]:
    files = [file for batch in batches for file in batch.files.values()]
    return {_digest(file) for file in files}


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _refuse_other_rows(database: Database, settings: Settings, digests: set[str]) -> None:
    """Leave a database alone that holds more than this demo."""
    tables = database.tables("raw")
    ours = set()
    if "load_log" in tables:
        log = database.execute("select sha256, loaded_at from raw.load_log")
        ours = {loaded_at for digest, loaded_at in log if digest in digests}
    for table in RAW_TABLES:
        if table not in tables:
            continue
        loads = database.execute(f"select distinct cast(loaded_at as timestamp) from raw.{identifier(table)}")
        if any(loaded_at not in ours for (loaded_at,) in loads):
            raise LeadscoreError(
                f"{settings.database} holds rows in raw.{table} that are not from this demo",
                "Set LEADSCORE_DATABASE to another file, for instance LEADSCORE_DATABASE=demo.duckdb "
                "(or remove that database, if an earlier demo made it).",
            )
