"""`leadscore status`."""

from typing import Annotated

import typer

from leadscore.output.json import nested_json
from leadscore.runs.status import run_status
from leadscore.runs.status_report import show_status, status_object
from leadscore.settings import Settings

EPILOG = "Example: leadscore status --runs 20"
RUNS_SHOWN = 5


def status(
    runs: Annotated[int, typer.Option(min=1, help="How many of the last runs are shown.")] = RUNS_SHOWN,
    as_json: Annotated[bool, typer.Option("--json", help="Print one object.")] = False,
) -> None:
    """Show the last runs, how fresh the scores are, and what waits or was rejected."""
    found = run_status(Settings.from_environment())
    if as_json:
        typer.echo(nested_json(status_object(found, runs)))
    else:
        show_status(found, runs)
