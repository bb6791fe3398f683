"""`leadscore validate`."""

import dataclasses
from typing import Annotated

import typer

from leadscore.build.project import DbtProject
from leadscore.configuration.seeds import count_rows
from leadscore.engine import EMBEDDED
from leadscore.errors import ConfigurationMistakesError
from leadscore.output.json import json_list
from leadscore.output.progress import step_progress
from leadscore.output.tables import tell
from leadscore.runs.run import raise_for_failure, refuse_broken_seeds
from leadscore.settings import Settings
from leadscore.storage.lock import hold_lock

EPILOG = "Example: leadscore validate --json"


def validate(
    as_json: Annotated[bool, typer.Option("--json", help="Print the mistakes as a list of objects.")] = False,
) -> None:
    """Check the configuration, without touching the database."""
    settings = Settings.from_environment()
    try:
        models, rules = checked(settings)
    except ConfigurationMistakesError as error:
        if not as_json:
            raise
        typer.echo("".join(json_list(dataclasses.asdict(mistake) for mistake in error.mistakes)))
        raise typer.Exit(error.exit_code) from error
    typer.echo("[]" if as_json else f"configuration is valid: {models} models, {rules} rules")


def checked(settings: Settings) -> tuple[int, int]:
    """Check the configuration in a database of its own, one at a time.

    Returns:
        The numbers of models and rules.
    """
    refuse_broken_seeds(settings)
    target = settings.root / "target" / "validate"
    database = target / "leadscore.duckdb"  # always the same, so that dbt keeps what it has parsed
    with hold_lock(target / "leadscore.duckdb.lock", "validate", tell, wait_seconds=60):
        database.unlink(missing_ok=True)
        with step_progress("Checking") as progress:
            # In the embedded engine, wherever scores are made: the seeds are all that it reads.
            project = DbtProject(settings.root, database, settings.seeds, target, EMBEDDED)
            outcome = project.build(progress, select="+config_errors")
        raise_for_failure(outcome, database)
    return count_rows(settings.seeds, "scoring_models"), count_rows(settings.seeds, "scoring_rules")
