"""`leadscore explain`."""

from datetime import datetime
from typing import Annotated

import typer

from leadscore.commands.options import instant
from leadscore.explanation.explanation import explained
from leadscore.explanation.json import explanation_object
from leadscore.explanation.published import published_histories
from leadscore.explanation.tables import show_explanation
from leadscore.output.json import nested_json
from leadscore.publication.reading import open_published
from leadscore.raw.reading import as_read
from leadscore.settings import Settings

EPILOG = "Example: leadscore explain c-00529 --model sales_readiness --at 2026-06-30"
READ = (
    "adjustment_audit", "contact_scores", "dim_score_bands", "dim_score_limits", "dim_scoring_models",
    "dim_scoring_rules", "fct_rule_points", "fct_score_ledger",
)  # fmt: skip
HELP = (
    "Show every entry of a contact, and how they add up to its score. "
    "With --json: an object with score, unlimited_score, entries, limits and upcoming, where the points of "
    "the entries with state `counts` add up to unlimited_score. If several models score the contact and "
    "--model isn't given: an object with contact_id and models, a list of such objects."
)


def explain(
    contact: Annotated[str, typer.Argument(help="The contact_id.")],
    model: Annotated[str | None, typer.Option(help="Only this scoring model.")] = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            parser=instant,
            metavar="INSTANT",
            help="Explain the score at this instant, past or to come (ISO 8601). Default: of the last run.",
        ),
    ] = None,
    every_entry: Annotated[
        bool, typer.Option("--all", help="Show each entry and change, however many there are.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one object.")] = False,
) -> None:
    """Show every entry of a contact, and how they add up to its score."""
    contact = as_read(contact)
    with open_published(Settings.from_environment(), *READ) as database:
        histories = published_histories(database, contact, model and as_read(model))
    naive = at and at.replace(tzinfo=None)  # as the database has instants
    explanations = [explained(history, naive or history.as_of) for history in histories]
    if not as_json:
        for explanation in explanations:
            show_explanation(explanation, every_entry=every_entry)
        return
    objects = [explanation_object(explanation) for explanation in explanations]
    typer.echo(nested_json(objects[0] if len(objects) == 1 else {"contact_id": contact, "models": objects}))
