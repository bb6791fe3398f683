"""`leadscore deliver`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadscore.errors import DeliveryFailedError
from leadscore.output.json import nested_json
from leadscore.output.progress import step_progress
from leadscore.output.tables import show_line, show_table, tell
from leadscore.settings import PROJECT_ROOT, Settings
from leadscore.text import counted

if TYPE_CHECKING:
    from leadscore.delivery.delivering import Delivered

SYNCS = PROJECT_ROOT / "syncs"
EPILOG = "Example: leadscore deliver slack_notifications"
REJECTED_PRINTED = 10


def deliver(
    syncs: Annotated[
        list[str] | None, typer.Argument(help="The syncs. Default: all whose variables are set.")
    ] = None,
    folder: Annotated[
        Path, typer.Option("--syncs", help="The folder with their files.", show_default="syncs")
    ] = SYNCS,
    allow_removals: Annotated[
        bool, typer.Option("--allow-removals", help="Remove more members than the guards allow.")
    ] = False,
    mark_delivered: Annotated[
        bool, typer.Option("--mark-delivered", help="Send nothing; take what waits for delivered.")
    ] = False,
    prepare: Annotated[
        bool,
        typer.Option(
            "--prepare",
            help="Deliver nothing: say which fields tools need for scores, and make those that are missing.",
        ),
    ] = False,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Send secrets to other machines without encryption too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of the syncs as objects.")] = False,
) -> None:
    """Send changes of segments and scores, and notifications, to the tools that people use: each once."""
    if prepare:
        _prepare(syncs or [], folder, insecure, as_json)
        return
    # drt takes a second to import: the other commands don't wait for it.
    from leadscore.delivery.delivering import DeliveryRequest, deliver_all

    request = DeliveryRequest(syncs or [], folder, allow_removals, mark_delivered, insecure)
    with step_progress("Delivering") as progress:
        done, definitions = deliver_all(Settings.from_environment(), request, progress.say, tell)
    if as_json:
        typer.echo(nested_json([vars(sync) for sync in done]))
    else:
        _show(done)
        for name, reason in definitions.unset.items() if not syncs else ():
            tell(f"Left out: {name} ({reason})")
    if failed := [sync for sync in done if sync.problem]:
        raise DeliveryFailedError(
            [f"{sync.sync}: {sync.problem}" for sync in failed],
            "The next `leadscore deliver` sends what waits."
            + (" Removals that should be: add --allow-removals." if _holds_removals(failed) else ""),
        )


def _holds_removals(failed: "list[Delivered]") -> bool:
    from leadscore.delivery.guards import REMOVAL_GUARDS

    return any(guard in str(sync.problem) for sync in failed for guard in REMOVAL_GUARDS)


def _prepare(syncs: list[str], folder: Path, insecure: bool, as_json: bool) -> None:
    from leadscore.delivery.preparing import prepare_all

    with step_progress("Preparing") as progress:
        done = prepare_all(Settings.from_environment(), syncs, folder, insecure=insecure, say=progress.say)
    if as_json:
        records = [vars(sync) | {"fields": [vars(field) for field in sync.fields]} for sync in done]
        typer.echo(nested_json(records))
        return
    for sync in done:
        show_table(
            f"{sync.sync}: {counted(len(sync.fields), 'field')}",
            ["field", "type", "label", "state"],
            [[field.name, field.kind, field.label, field.state] for field in sync.fields],
        )
        if sync.unset:
            tell(f"Nothing was made: {sync.unset}")
            for line in sync.statement.splitlines():
                show_line(line)


def _show(done: "list[Delivered]") -> None:
    show_table(
        f"{counted(sum(sync.accepted for sync in done), 'row')} delivered",
        ["sync", "destination", "waited", "accepted", "seconds"],
        ([sync.sync, sync.destination, _words(sync.waiting), sync.accepted, sync.seconds] for sync in done),
    )
    for sync in done:
        if sync.absent:
            tell(f"{sync.sync} has no such contact: {counted(sync.absent, 'row')}, looked up again in a day")
    rejected = [(sync.sync, row) for sync in done for row in sync.rejected]
    if rejected:
        show_table(
            "Not accepted",
            ["sync", "contact", "about", "status", "attempts", "reason"],
            (
                [name, *(row[key] for key in ("contact_id", "about", "http_status", "attempts", "reason"))]
                for name, row in rejected[:REJECTED_PRINTED]
            ),
        )


def _words(waiting: dict[str, int]) -> str:
    return ", ".join(f"{rows:,} {change}" for change, rows in sorted(waiting.items())) or "nothing"
