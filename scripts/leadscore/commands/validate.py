"""`leadscore validate`."""

import dataclasses
from typing import Annotated

import typer

from leadscore.errors import ConfigurationMistakesError
from leadscore.output.json import json_list
from leadscore.output.tables import tell
from leadscore.runs.validation import validated
from leadscore.settings import Settings

EPILOG = "Example: leadscore validate --json"


def validate(
    as_json: Annotated[bool, typer.Option("--json", help="Print the mistakes as a list of objects.")] = False,
) -> None:
    """Check the configuration, without touching the database."""
    settings = Settings.from_environment()
    try:
        models, rules = validated(settings, tell)
    except ConfigurationMistakesError as error:
        if not as_json:
            raise
        typer.echo("".join(json_list(dataclasses.asdict(mistake) for mistake in error.mistakes)))
        raise typer.Exit(error.exit_code) from error
    typer.echo("[]" if as_json else f"configuration is valid: {models} models, {rules} rules")
