"""`leadscore validate`."""

import dataclasses
from collections.abc import Iterable
from typing import Annotated

import typer

from leadscore.errors import ConfigurationMistakesError
from leadscore.mistakes import Mistake
from leadscore.output.json import json_list
from leadscore.output.tables import show_table, tell
from leadscore.runs.validation import validated
from leadscore.settings import Settings
from leadscore.text import counted

EPILOG = "Example: leadscore validate --json"


def validate(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print mistakes, or warnings, as a list of objects.")
    ] = False,
) -> None:
    """Check the configuration, and warn of what can't be meant. Nothing is changed."""
    settings = Settings.from_environment()
    try:
        checked = validated(settings, tell)
    except ConfigurationMistakesError as error:
        if not as_json:
            raise
        typer.echo(_json("mistake", error.mistakes))
        raise typer.Exit(error.exit_code) from error
    if as_json:
        typer.echo(_json("warning", checked.warnings))
        return
    models, rules = counted(checked.models, "model"), counted(checked.rules, "rule")
    typer.echo(f"configuration is valid: {models}, {rules}")
    if checked.warnings:
        show_table(
            f"{counted(len(checked.warnings), 'warning')}: this can't be meant",
            ["seed", "row", "id", "column", "what", "what to do"],
            (
                [found.seed, found.row_number, found.row_key, found.column_name, found.problem, found.allowed]
                for found in checked.warnings
            ),
        )


def _json(severity: str, found: Iterable[Mistake]) -> str:
    return "".join(json_list({"severity": severity, **dataclasses.asdict(mistake)} for mistake in found))
