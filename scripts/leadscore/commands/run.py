"""`leadscore run`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer

from leadscore.build.project import DbtProject
from leadscore.commands.options import NoWait, Wait, instant, interval, variables
from leadscore.commands.options import lock_wait as waiting
from leadscore.errors import DatabaseBusyError, LeadscoreError, UsageMistakeError
from leadscore.output.json import json_object
from leadscore.output.log import EventLog, LogFormat
from leadscore.output.tables import show_line, show_summary, tell
from leadscore.runs.clock import refuse_far_ahead
from leadscore.runs.loop import repeat, stop_at_signal
from leadscore.runs.run import RunReport, RunRequest, run_once
from leadscore.settings import Settings
from leadscore.storage.lock import WAIT_SECONDS, LockWait
from leadscore.text import counted

EPILOG = "Examples: leadscore run --as-of 2026-10-31T12:00:00Z; leadscore run --every 5m --log-format json"

Score = Callable[[Callable[[str], None], LockWait], RunReport]


def run(
    as_of: Annotated[
        datetime | None,
        typer.Option(
            parser=instant, metavar="INSTANT", help="The instant scored for (ISO 8601). Default: now."
        ),
    ] = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Build everything anew (with --every: the first run).")
    ] = False,
    allow_shrink: Annotated[
        bool,
        typer.Option(
            "--allow-shrink",
            help="Go on though raw tables or over 20 % of the contacts are gone (with --every: at first).",
        ),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Score for an instant more than a day ahead of the clock.")
    ] = False,
    every: Annotated[
        int | None,
        typer.Option(parser=interval, metavar="INTERVAL", help="Run again at this interval: 30s, 5m, 1h."),
    ] = None,
    given: Annotated[
        dict[str, object] | None,
        typer.Option("--vars", parser=variables, metavar="YAML", help="dbt variables, as YAML."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
    wait: Wait = WAIT_SECONDS,
    no_wait: NoWait = False,
    log_format: Annotated[
        LogFormat | None,
        typer.Option(help="Tell what happens as log lines on stderr. Default with --every: text."),
    ] = None,
) -> None:
    """Score all contacts, test the result and publish it."""
    settings = Settings.from_environment()
    request = replace(_request(as_of, full_refresh, given or {}), allow_shrink=allow_shrink)
    if request.as_of is not None and not force:
        refuse_far_ahead(request.as_of)
    if every is not None and request.as_of is not None:
        raise UsageMistakeError("--every scores for the start of each run", "Leave out --as-of, or --every.")
    project = DbtProject(settings.root, settings.database, settings.seeds)
    lock_wait = waiting(wait, no_wait)

    def score(say: Callable[[str], None], lock_wait: LockWait) -> RunReport:
        nonlocal request
        report = run_once(settings, request, say, project=project, lock_wait=lock_wait)
        # The runs after it need no more.
        request = replace(request, full_refresh=False, allow_shrink=False)
        if as_json:
            show_report(report, settings, as_json=True)
        return report

    if every is not None:
        _keep_running(every, score, lock_wait, EventLog(log_format or LogFormat.TEXT))
    elif log_format is not None:
        _run_logged(score, lock_wait, EventLog(log_format))
    else:
        report = score(tell, lock_wait)
        if not as_json:
            show_report(report, settings)


def show_report(report: RunReport, settings: Settings, as_json: bool = False) -> None:
    """Print what a run did."""
    if as_json:
        typer.echo(json_object(_metrics(report)))
        return
    show_summary(report.summary, f"Scored as of {report.as_of:%Y-%m-%d %H:%M:%S} UTC in {report.seconds} s")
    typer.echo(
        f"Everything was made anew: {report.reason}"
        if report.kind == "full"
        else f"{counted(report.contacts_rescored, 'contact was', 'contacts were')} rescored, the others stand"
    )
    for warning in report.warnings:
        for line in f"Warning: {warning.node}: {warning.message}".split("\n"):
            tell(line)
    show_line(f"Published {counted(len(report.marts), 'mart')} in {settings.published}")


def _keep_running(seconds: float, score: Score, lock_wait: LockWait, log: EventLog) -> None:
    """Run at every tick until SIGINT or SIGTERM; after one that failed the next tick tries again."""
    with stop_at_signal(lambda: log.event("stopping", "after the run that is going on, if any")) as stop:

        def tick() -> None:
            try:
                _logged(score, LockWait(lock_wait.seconds, lambda: bool(stop)), log)
            except UsageMistakeError:
                raise  # it would be the same at every tick
            except Exception as error:
                if not (stop and isinstance(error, DatabaseBusyError)):
                    log.failed(error, next_try_seconds=seconds)

        log.event("started", f"a run every {seconds:g} s")
        repeat(seconds, tick, stop)
        log.event("stopped")


def _run_logged(score: Score, lock_wait: LockWait, log: EventLog) -> None:
    try:
        _logged(score, lock_wait, log)
    except Exception as error:
        log.failed(error)
        raise typer.Exit(error.exit_code if isinstance(error, LeadscoreError) else 1) from error


def _logged(score: Score, lock_wait: LockWait, log: EventLog) -> None:
    log.event("run_started")
    report = score(lambda text: log.event("waiting", text), lock_wait)
    for warning in report.warnings:
        told = "; ".join(line.strip() for line in warning.message.split("\n"))
        log.warning("test_warned", f"{warning.node}: {told}")
    log.event("run_finished", **_metrics(report), marts=len(report.marts))


def _metrics(report: RunReport) -> dict[str, object]:
    metrics = {str(row["metric"]): row["value"] for row in report.summary}
    return {
        **metrics,
        "as_of": report.as_of,
        "seconds": report.seconds,
        "kind": report.kind,
        "reason": report.reason,
        "contacts_rescored": report.contacts_rescored,
    }


def _request(as_of: datetime | None, full_refresh: bool, given: dict[str, object]) -> RunRequest:
    in_variables = given.pop("as_of", None)
    if in_variables is None:
        return RunRequest(as_of, full_refresh, given)
    if as_of is not None:
        raise UsageMistakeError("as_of stands in --as-of and in --vars", "Give it once.")
    try:
        return RunRequest(instant(str(in_variables)), full_refresh, given)
    except typer.BadParameter as error:
        raise typer.BadParameter(error.message, param_hint="'--vars'") from error
