"""`leadscore demo`."""

from enum import StrEnum
from typing import Annotated

import typer

from leadscore.commands.options import instant
from leadscore.commands.place_options import environment_outside
from leadscore.commands.run import show_report
from leadscore.demo import report as demo_report
from leadscore.demo.dataset import Dataset, refuse_other_rows
from leadscore.engine import require_embedded
from leadscore.output.tables import tell
from leadscore.publication.reading import open_published
from leadscore.raw.load import load_into
from leadscore.runs.run import RunRequest, run_once
from leadscore.settings import Settings
from leadscore.storage.lock import LOCK_WAIT, hold_lock

EPILOG = "Example: leadscore demo"


class DatasetName(StrEnum):
    """The data sets that come with the project."""

    SHOP = "shop"
    COMPLETE_JOURNEY = "complete-journey"


def demo(
    name: Annotated[DatasetName, typer.Option("--dataset", help="The data set.")] = DatasetName.SHOP,
) -> None:
    """Load demo data, score it and show the result, in one go."""
    require_embedded("demo", "Leave LEADSCORE_TARGET unset to see the demo.")
    dataset = _written(name)
    settings = dataset.settings
    with hold_lock(settings.lock, "demo", tell, LOCK_WAIT.seconds):
        refuse_other_rows(dataset)
    for batch in dataset.batches:
        typer.echo(f"Loading {batch.name}")
        for table, file in batch.files.items():
            load_into(settings, table, [file])
    report = run_once(settings, RunRequest(as_of=instant(dataset.as_of), full_refresh=True), tell)
    with open_published(settings) as database:
        demo_report.show(database)
    show_report(report, settings)
    usual = Settings.from_environment(environment_outside())
    demo_report.show_next_steps(settings, usual, dataset.as_of)


def _written(name: DatasetName) -> Dataset:
    settings = Settings.from_environment()
    # Here, because only this command needs what makes the data.
    if name is DatasetName.SHOP:
        from leadscore.demo.shop import shop

        return shop(settings)
    from leadscore.demo.complete_journey import complete_journey

    return complete_journey(settings)
