"""`leadscore run`."""

import signal
import threading
from collections.abc import Callable
from time import monotonic
from typing import Annotated

import typer

from scripts.arguments import as_of_instant, interval_seconds
from scripts.dbt_project import parsed_variables
from scripts.errors import LeadscoreError, UsageMistakeError
from scripts.json_output import json_object
from scripts.runs import RunReport, RunRequest, run_once
from scripts.settings import Settings
from scripts.tables import note, show_error, show_summary

EPILOG = "Example: leadscore run --as-of 2026-10-31T12:00:00Z"


def run(
    as_of: Annotated[
        str | None, typer.Option(help="The instant scored for (ISO 8601). Default: now.")
    ] = None,
    full_refresh: Annotated[bool, typer.Option("--full-refresh", help="Build everything anew.")] = False,
    every: Annotated[str | None, typer.Option(help="Run again at this interval: 30s, 5m, 1h.")] = None,
    variables: Annotated[str, typer.Option("--vars", help="dbt variables, as YAML.")] = "{}",
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
) -> None:
    """Score all contacts, test the result and publish it."""
    settings = Settings.from_environment()
    request = _request(settings, as_of, full_refresh, variables)
    if every is None:
        show_report(run_once(settings, request, note), settings, as_json)
        return
    seconds = interval_seconds(every)
    if request.as_of is not None:
        raise UsageMistakeError("--every scores for the start of each run", "Leave out --as-of, or --every.")
    repeat(seconds, lambda: show_report(run_once(settings, request, note), settings, as_json))


def show_report(report: RunReport, settings: Settings, as_json: bool = False) -> None:
    """Print what a run did."""
    if as_json:
        metrics = {str(row["metric"]): row["value"] for row in report.summary}
        typer.echo(json_object({**metrics, "as_of": report.as_of, "seconds": report.seconds}))
        return
    show_summary(report.summary, f"Scored as of {report.as_of:%Y-%m-%d %H:%M:%S} UTC in {report.seconds} s")
    for warning in report.warnings:
        note(f"Warning: {warning.node}: {warning.message}")
    typer.echo(f"Published {len(report.marts)} marts in {settings.published}")


def repeat(seconds: float, work: Callable[[], None]) -> None:
    """Do work at every tick until SIGINT or SIGTERM, which let the current run finish.

    Work that failed is tried again at the next tick; work that takes longer than the interval skips ticks.
    """
    stop = threading.Event()
    before = {name: signal.signal(name, lambda *_: stop.set()) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        tick = monotonic()
        while not stop.is_set():
            try:
                work()
            except LeadscoreError as error:
                show_error(error)
                note(f"Trying again in at most {seconds:g} s.")
            while tick <= monotonic():
                tick += seconds
            while not stop.is_set() and monotonic() < tick:
                stop.wait(min(1.0, max(0.0, tick - monotonic())))
        note("Stopped.")
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _request(settings: Settings, as_of: str | None, full_refresh: bool, variables: str) -> RunRequest:
    parsed = parsed_variables(settings.root, variables)
    in_variables = parsed.pop("as_of", None)
    if as_of is not None and in_variables is not None:
        raise UsageMistakeError("as_of stands in --as-of and in --vars", "Give it once.")
    instant = as_of if as_of is not None else in_variables
    return RunRequest(None if instant is None else as_of_instant(str(instant)), full_refresh, parsed)
