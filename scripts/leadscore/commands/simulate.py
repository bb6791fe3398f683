"""`leadscore simulate`."""

from collections.abc import Iterable
from typing import Annotated

import typer

from leadscore.commands.options import NoWait, Wait, share, variables
from leadscore.commands.options import lock_wait as waiting
from leadscore.errors import UsageMistakeError
from leadscore.output.tables import tell
from leadscore.raw.reading import as_read
from leadscore.settings import Settings
from leadscore.simulation.comparison import WANTED, Comparison
from leadscore.simulation.json import comparison_parts, comparison_summary, contact_objects
from leadscore.simulation.trial import TrialRequest, tried_out
from leadscore.simulation.words import show_comparison, show_contact
from leadscore.storage.lock import WAIT_SECONDS

EPILOG = "Example: leadscore simulate --seeds trial --sample 10%"


def simulate(
    sample: Annotated[
        float | None,
        typer.Option(
            parser=share,
            metavar="PERCENT",
            help="Of a part of the contacts only, always the same ones: 10%. Default: all.",
        ),
    ] = None,
    contact: Annotated[
        str | None, typer.Option(metavar="ID", help="Show this contact's scores side by side, rule by rule.")
    ] = None,
    given: Annotated[
        dict[str, object] | None,
        typer.Option("--vars", parser=variables, metavar="YAML", help="The dbt variables of runs, as YAML."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one object; of a contact a list.")] = False,
    summary: Annotated[
        bool,
        typer.Option("--summary", help="With --json: sizes and who changes most in place of all contacts."),
    ] = False,
    wait: Wait = WAIT_SECONDS,
    no_wait: NoWait = False,
) -> None:
    """Tell what other seeds (--seeds) would change at the last publication's as_of. Nothing is changed."""
    settings = Settings.from_environment()
    if contact is not None and sample is not None:
        raise UsageMistakeError("--contact looks at one contact", "Leave out --sample.")
    if summary and (contact is not None or not as_json):
        raise UsageMistakeError("--summary shortens what --json tells", "Add --json; leave out --contact.")
    request = TrialRequest(settings.seeds, WANTED, given or {}, sample)
    with tried_out(settings, request, tell, waiting(wait, no_wait)) as trial:
        comparison = Comparison(trial)
        if contact is None:
            if summary:
                typer.echo(comparison_summary(trial, comparison))
            elif as_json:
                _echo(comparison_parts(trial, comparison))
            else:
                show_comparison(trial, comparison)
            return
        found = comparison.of_contact(as_read(contact))
        if not found:
            raise UsageMistakeError(
                f"no such contact, now or by the other seeds: {contact!r}",
                "It may be waiting (not arrived yet), merged into another contact, or deleted.",
            )
        if as_json:
            typer.echo(contact_objects(found))
        else:
            show_contact(trial, found)


def _echo(parts: Iterable[str]) -> None:
    for part in parts:
        typer.echo(part, nl=False)
    typer.echo()
