"""`leadscore adjust`."""

import getpass
import re
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Annotated

import typer
from typer.core import TyperCommand

from leadscore.commands.options import NoWait, Wait, instant, lock_wait
from leadscore.commands.run import show_report
from leadscore.engine import require_embedded
from leadscore.errors import UsageMistakeError
from leadscore.output.json import json_object
from leadscore.output.tables import show_line, tell
from leadscore.publication.edits import show_edits, tell_if_unscored
from leadscore.raw.edits import (
    Edit,
    Operation,
    configured_models,
    new_edit,
    store,
    stored_edit,
    written_instant,
)
from leadscore.raw.reading import as_read
from leadscore.runs.refusal import refuse_broken_seeds
from leadscore.runs.run import RunRequest, run_once, tell_if_new
from leadscore.settings import Settings
from leadscore.storage.database import open_database
from leadscore.storage.lock import WAIT_SECONDS, LockWait, hold_lock

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
    operation: Annotated[Operation | None, typer.Argument(help="What is done with the score.")] = None,
    points: Annotated[str | None, typer.Argument(help="How many points; may be negative.")] = None,
    model: Annotated[str | None, typer.Option(help="The scoring model.")] = None,
    note: Annotated[str | None, typer.Option(help="Why; it stands in every explanation.")] = None,
    author: Annotated[str | None, typer.Option(help="Who. Default: the user of this computer.")] = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            parser=instant, metavar="INSTANT", help="From when it counts (ISO 8601). Default: from now on."
        ),
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
    wait: Wait = WAIT_SECONDS,
    no_wait: NoWait = False,
) -> None:
    """Edit a score by hand: add, subtract or set points, with a note that stays."""
    settings = Settings.from_environment()
    making: dict[str, object] = {"operation": operation, "POINTS": points, "--model": model}
    making |= {"--note": note, "--author": author, "--at": at}
    if listing:
        _refuse("--list", {**making, "--delete": delete, "--run": run or None})
        show_edits(settings, contact and as_read(contact), as_json)
        return
    waiting = lock_wait(wait, no_wait)
    require_embedded("adjust", "Insert the edit into score_adjustments in the catalog.")
    if delete is not None:
        _refuse("--delete", {"CONTACT": contact, **making})
        edit, done = _take_back(settings, delete, waiting)
    else:
        edit, done = _make(settings, contact, operation, points, model, note, author or _user(), at, waiting)
    if as_json:
        typer.echo(json_object(asdict(edit)))
    else:
        show_line(done)
    if run:
        report = run_once(settings, RunRequest(), tell, lock_wait=waiting)
        if not as_json:
            show_report(report, settings)
    elif not as_json:
        typer.echo("It shows after the next run: leadscore run")


def _make(
    settings: Settings,
    contact: str | None,
    operation: Operation | None,
    points: str | None,
    model: str | None,
    note: str | None,
    author: str,
    at: datetime | None,
    waiting: LockWait,
) -> tuple[Edit, str]:
    """Store a new edit; what was done, in words."""
    if contact is None or operation is None or points is None or model is None or note is None:
        needed = {"CONTACT": contact, "operation": operation, "POINTS": points}
        needed |= {"--model": model, "--note": note}
        missing = [name for name, value in needed.items() if value is None]
        raise UsageMistakeError(f"missing: {', '.join(missing)}", EPILOG)
    model = as_read(model)
    edit = new_edit(
        contact_id=contact,
        operation=operation,
        points=points,
        model_id=model,
        note=note,
        author=author,
        at=at or datetime.now(UTC),
    )
    models = _models(settings)
    if model not in models:
        raise UsageMistakeError(f"there is no model {model!r}", f"Known are: {', '.join(models)}.")
    if not models[model]:
        tell(f"{model} is switched off: the edit counts once is_active is true again.")
    tell_if_new(settings, tell)
    with (
        hold_lock(settings.lock, "adjust", tell, waiting.seconds),
        open_database(settings.database) as database,
    ):
        store(database, edit)
    tell_if_unscored(settings, edit)
    return (
        edit,
        f"{edit.adjustment_id}: {operation} {points}, by {author}, at {edit.adjusted_at} UTC",
    )


def _take_back(settings: Settings, adjustment_id: str, waiting: LockWait) -> tuple[Edit, str]:
    """Mark an edit as deleted; what was done, in words."""
    models = _models(settings)
    now = datetime.now(UTC)
    with (
        hold_lock(settings.lock, "adjust", tell, waiting.seconds),
        open_database(settings.database) as database,
    ):
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
