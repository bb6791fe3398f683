"""How it stands, for people and for programs."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from leadscore.output.tables import show_line, show_summary, show_table, tell
from leadscore.publication.record import Publication
from leadscore.runs.history import FAILED, LoggedRun
from leadscore.runs.status import RUNNING, RunStatus
from leadscore.text import ago, counted


def show_status(status: RunStatus, runs: int) -> None:
    """Print how it stands.

    Args:
        status: What was found out.
        runs: How many runs to list.
    """
    for line in _headlines(status):
        show_line(line)
    if status.runs:
        show_table(
            "Last runs",
            ["started", "", "state", "seconds", "kind", "as of", "remarks"],
            [_row(run, status.now) for run in status.runs[:runs]],
        )
    for title, tables in (("Raw tables", status.raw), ("Rows of vendors", status.vendors)):
        rows = [
            [name, raw.rows, _age(raw.loaded_at, status.now), _age(raw.happened_at, status.now), raw.later]
            for name, raw in (tables or {}).items()
        ]
        if rows:
            show_table(title, ["table", "rows", "last loaded", "newest row", "still to come"], rows)
    if status.summary:
        show_summary(status.summary, "Published")
    for text in status.notes:
        tell(text)


def _headlines(status: RunStatus) -> Iterator[str]:
    if status.busy:
        yield f"In use by {status.busy}"
    last = next((run for run in status.runs if run.state != RUNNING), None)
    if last is None:
        yield "No run has been logged yet."
    else:
        ended = ago(last.finished_at or last.started_at, status.now)
        took = "" if last.seconds is None else f", took {last.seconds:,.1f} s"
        kind = f", {last.kind}" if last.kind else ""
        yield f"Last run: {last.state} {ended}{took}{kind}{_because(last)}"
    if failures := status.failures_since_success:
        count = f"{len(failures)} run{'s' if len(failures) > 1 else ''} failed"
        success = status.last_success
        since = "and none has succeeded yet"
        if success and success.finished_at:
            since = f"since the last success, {ago(success.finished_at, status.now)}"
        yield f"{count} {since}: {_failure(failures[0])}"
    if status.as_of:
        yield f"Scores are as of {status.as_of:%Y-%m-%d %H:%M:%S} UTC, {ago(status.as_of, status.now)}"
    if status.publication:
        published = ago(status.publication.published_at, status.now)
        yield f"Published {published}: {counted(len(status.publication.mart_names), 'mart')}"


def _row(run: LoggedRun, now: datetime) -> Sequence[object]:
    return [
        f"{run.started_at:%Y-%m-%d %H:%M:%S}",
        ago(run.started_at, now),
        run.state,
        run.seconds,
        run.kind,
        f"{run.as_of:%Y-%m-%d %H:%M:%S}",
        _failure(run) if run.state == FAILED else run.reason,
    ]


def _because(run: LoggedRun) -> str:
    return f" ({run.reason})" if run.reason else ""


def _failure(run: LoggedRun) -> str:
    return run.failure.splitlines()[0] if run.failure else run.state


def _age(instant: datetime | None, now: datetime) -> str | None:
    return None if instant is None else ago(instant, now)


def status_object(status: RunStatus, runs: int) -> dict[str, Any]:
    """How it stands, as an object; ages are seconds."""
    last = status.runs[0] if status.runs else None
    return {
        "now": status.now,
        "in_use_by": status.busy,
        "is_running": last is not None and last.state == RUNNING,
        "as_of": status.as_of,
        "as_of_age_seconds": _seconds(status.as_of, status.now),
        "publication": _publication(status.publication, status.now),
        "metrics": {str(row["metric"]): row["value"] for row in status.summary},
        "last_run": asdict(last) if last else None,
        "last_success": asdict(status.last_success) if status.last_success else None,
        "failures_since_success": len(status.failures_since_success),
        "runs": [asdict(run) for run in status.runs[:runs]],
        "raw": None if status.raw is None else {name: asdict(raw) for name, raw in status.raw.items()},
        "vendors": {name: asdict(of_vendor) for name, of_vendor in status.vendors.items()},
        "notes": list(status.notes),
    }


def _publication(publication: Publication | None, now: datetime) -> dict[str, Any] | None:
    if publication is None:
        return None
    return {
        "published_at": publication.published_at,
        "age_seconds": _seconds(publication.published_at, now),
        "run_number": publication.run_number,
        "kind": "full" if publication.is_full else "incremental",
        "marts": {
            name: {
                "rows": publication.marts[name].rows,
                "parquet_as_of": publication.marts[name].parquet_as_of,
            }
            for name in publication.mart_names
        },
    }


def _seconds(instant: datetime | None, now: datetime) -> float | None:
    return None if instant is None else round((now - instant).total_seconds(), 1)
