"""`leadscore adjust`."""

import getpass
import re
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Annotated

import typer
from typer.core import TyperCommand

from leadscore.commands.at_option import at_instant
from leadscore.commands.run import show_report
from leadscore.engine import require_embedded
from leadscore.errors import UsageMistakeError
from leadscore.output.json import json_object
from leadscore.output.tables import tell
from leadscore.publication.edits import show_edits, tell_if_unscored
from leadscore.raw.edits import Edit, configured_models, new_edit, written_instant
from leadscore.raw.stored_edits import store, stored_edit
from leadscore.runs.run import RunRequest, refuse_broken_seeds, run_once
from leadscore.settings import Settings
from leadscore.storage.database import open_database
from leadscore.storage.lock import hold_lock

EPILOG = (
    "Examples: leadscore adjust c-00529 subtract 20 --model sales_readiness --note 'Budget is gone' --run; "
    "leadscore adjust --delete manual-0123; leadscore adjust --list c-00529"
)


class NegativePoints(TyperCommand):
    """Takes `-5` for points, not for options."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Let what isn't an option be an argument, if there is a negative number."""
        ctx.ignore_unknown_options = any(re.fullmatch(r"-\.?[0-9].*", argument) for argument in args)
        return super().parse_args(ctx, args)


def adjust(
    contact: Annotated[str | None, typer.Argument(help="The contact_id.")] = None,
    operation: Annotated[str | None, typer.Argument(help="add, subtract or set.")] = None,
    points: Annotated[str | None, typer.Argument(help="How many points; may be negative.")] = None,
    model: Annotated[str | None, typer.Option(help="The scoring model.")] = None,
    note: Annotated[str | None, typer.Option(help="Why; it stands in every explanation.")] = None,
    author: Annotated[str | None, typer.Option(help="Who. Default: the user of this computer.")] = None,
    at: Annotated[
        str | None, typer.Option(help="From when it counts (ISO 8601). Default: from now on.")
    ] = None,
    delete: Annotated[
        str | None, typer.Option(metavar="ID", help="Take an edit back, as if it had never been made.")
    ] = None,
    listing: Annotated[
        bool, typer.Option("--list", help="List the edits that the last run knew, of one contact or all.")
    ] = False,
    run: Annotated[bool, typer.Option("--run", help="Score and publish at once.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the edit as one object; with --list, a list of them.")
    ] = False,
) -> None:
    """Edit a score by hand: add, subtract or set points, with a note that stays."""
    settings = Settings.from_environment()
    making = {"operation": operation, "POINTS": points, "--model": model, "--note": note}
    making |= {"--author": author, "--at": at}
    if listing:
        _refuse("--list", {**making, "--delete": delete, "--run": run or None})
        show_edits(settings, contact, as_json)
        return
    require_embedded("adjust", "Insert the edit into score_adjustments in the catalog.")
    if delete is not None:
        _refuse("--delete", {"CONTACT": contact, **making})
        edit, done = _deleted(settings, delete)
    else:
        if contact is None or operation is None or points is None or model is None or note is None:
            missing = [name for name in ("operation", "POINTS", "--model", "--note") if making[name] is None]
            raise UsageMistakeError(
                f"missing: {', '.join(missing if contact is not None else ['CONTACT', *missing])}", EPILOG
            )
        edit = new_edit(
            contact_id=contact,
            operation=operation,
            points=points,
            model_id=model,
            note=note,
            author=author or _user(),
            at=datetime.now(UTC) if at is None else at_instant(at),
        )
        done = _added(settings, edit)
    typer.echo(json_object(asdict(edit)) if as_json else done)
    if run:
        report = run_once(settings, RunRequest(), tell)
        if not as_json:
            show_report(report, settings)
    elif not as_json:
        typer.echo("It shows after the next run: leadscore run")


def _added(settings: Settings, edit: Edit) -> str:
    models = _models(settings)
    if edit.model_id not in models:
        raise UsageMistakeError(f"there is no model {edit.model_id!r}", f"Known are: {', '.join(models)}.")
    if not models[edit.model_id]:
        tell(f"{edit.model_id} is switched off: the edit counts once is_active is true again.")
    with hold_lock(settings.lock, "adjust", tell), open_database(settings.database) as database:
        store(database, edit)
    tell_if_unscored(settings, edit)
    return (
        f"{edit.adjustment_id}: {edit.operation} {edit.points}, by {edit.author}, at {edit.adjusted_at} UTC"
    )


def _deleted(settings: Settings, adjustment_id: str) -> tuple[Edit, str]:
    models = _models(settings)
    now = datetime.now(UTC)
    with hold_lock(settings.lock, "adjust", tell), open_database(settings.database) as database:
        edit, is_deleted = stored_edit(database, adjustment_id, models, now)
        if is_deleted:
            return edit, f"{adjustment_id} was deleted already, at {edit.deleted_at}"
        edit = replace(edit, deleted_at=written_instant(now))
        store(database, edit)
    return edit, f"{adjustment_id} is deleted: {edit.operation} {edit.points} of {edit.contact_id}"


def _models(settings: Settings) -> dict[str, bool]:
    refuse_broken_seeds(settings)
    return configured_models(settings.seeds)


def _refuse(option: str, others: dict[str, object]) -> None:
    given = [name for name, value in others.items() if value is not None]
    if given:
        raise UsageMistakeError(f"{option} can't go with {', '.join(given)}", EPILOG)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
