"""Runs: how long they take and why, what they read, what they couldn't read, and how it stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st

from leadscore.page import charts
from leadscore.page.context import PAGE_ROWS, Context, lines
from leadscore.page.published import Row
from leadscore.page.rejected import show as show_rejected
from leadscore.page.working import run_command
from leadscore.runs.history import FAILED, SUCCEEDED, LoggedRun
from leadscore.runs.status import RUNNING, RunStatus, status_of_runs

PLAN = "select run_number, is_full, coalesce(reason, '') as reason, contacts from state.run_plan"
SUMMARY = "select metric, value from marts.run_summary order by place"
WAITING = """
select
    adjustment_id, contact_id, model_id as model, operation, points::double as points, note, author,
    adjusted_at
from marts.adjustment_audit
where status = 'waiting'
order by adjusted_at desc, adjustment_id
limit ?
"""
WARNINGS = """
select seed, row_number, column_name, value, problem, allowed
from configuration.config_warnings
order by seed, row_number, column_name, problem
limit ?
"""
ROWS_SHOWN = 200
# As many runs as can be told apart.
RUNS_CHARTED = 60
ACTIVITIES = "activities_"
PROBLEMS = ("activities_waiting", "adjustments_waiting", "activities_later")


def show(page: Context) -> None:
    """The page."""
    words, published = page.words, page.published
    st.title(words("page_runs"))
    status = status_of_runs(page.options.settings)
    _stands(page, status)
    _durations(page, status.runs)
    _table(page, status.runs)
    counts = {row["metric"]: int(row["value"]) for row in published.rows(SUMMARY)}
    _read(page, counts)
    _waiting(page, counts)
    show_rejected(page)
    st.subheader(words("warnings"))
    page.table(published.rows(WARNINGS, ROWS_SHOWN), words("no_warnings"))
    _raw_tables(page)


def _stands(page: Context, status: RunStatus) -> None:
    """What `leadscore status` says first."""
    words, published = page.words, page.published
    if status.busy:
        st.info(words("busy"))
        lines(status.busy)
    last = next((run for run in status.runs if run.state != RUNNING), None)
    first, second, third, fourth = st.columns(4)
    with first:
        st.metric(words("last_run"), _state(page, last) if last else words("none_logged"))
        if last:
            st.caption(words.age(status.now - (last.finished_at or last.started_at), "ago"))
    with second:
        st.metric(words("failures"), words.number(len(status.failures_since_success)))
        if status.failures_since_success and status.last_success is None:
            st.caption(words("no_success"))
    with third:
        as_of = published.as_of
        st.metric(words("scored_for"), f"{as_of:%Y-%m-%d}")
        if (age := status.now - as_of.replace(tzinfo=UTC)) >= timedelta(0):
            st.caption(words.age(age, "ago"))
    with fourth:
        at = published.published_at
        st.metric(words("published_on"), f"{at:%Y-%m-%d}")
        st.caption(words.age(status.now - at))
    plan = published.row(PLAN)
    kind = words("kind_full" if plan["is_full"] else "kind_incremental")
    st.caption(words("this_publication", run=plan["run_number"], kind=kind, contacts=plan["contacts"] or 0))
    lines(plan["reason"], *status.notes)
    if status.failures_since_success:
        with st.container(border=True):
            st.caption(words("what_failed"))
            lines(*(status.failures_since_success[0].failure or words("state_did_not_finish")).splitlines())


def _durations(page: Context, runs: Sequence[LoggedRun]) -> None:
    words = page.words
    st.subheader(words("durations"))
    rows = [
        {
            "started_at": _to_the_second(run.started_at),
            "seconds": run.seconds,
            "kind": _kind(page, run),
            "why": _why(run),
        }
        for run in runs[:RUNS_CHARTED]
        if run.seconds is not None
    ]
    if not rows:
        st.info(words("no_durations"))
        return
    kinds = [words(f"kind_{kind}") for kind in ("full", "incremental", "failed")]
    told = {name: words(f"column_{name}") for name in rows[0]}
    st.altair_chart(
        charts.columns(
            rows[::-1],
            label="started_at",
            value="seconds",
            kind="kind",
            title=words("column_seconds"),
            kinds=kinds,
            told=told,
        )
    )
    if len(rows) == 1:
        st.caption(words("one_run"))


def _table(page: Context, runs: Sequence[LoggedRun]) -> None:
    if not runs:
        return
    start = page.pick_page(len(runs), "page_runs")
    page.table([_row(page, run) for run in runs[start : start + PAGE_ROWS]])


def _row(page: Context, run: LoggedRun) -> Row:
    read = [int(str(value)) for name, value in run.metrics.items() if name.startswith(ACTIVITIES)]
    return {
        "started_at": _to_the_second(run.started_at),
        "state": _state(page, run),
        "kind": _kind(page, run) if run.kind else None,
        "why": _why(run),
        "seconds": run.seconds,
        "scoring": run.stages.get("scoring"),
        "publishing": run.stages.get("publishing"),
        "contacts": run.metrics.get("contacts"),
        "activities": sum(read) if read else None,
        "rejected": run.metrics.get("rejected_rows"),
        "test_warnings": run.warnings,
        "as_of": _to_the_second(run.as_of),
    }


def _to_the_second(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _state(page: Context, run: LoggedRun) -> str:
    return page.words(f"state_{run.state.replace(' ', '_')}")


def _kind(page: Context, run: LoggedRun) -> str:
    return page.words("kind_failed" if run.state != SUCCEEDED else f"kind_{run.kind or 'full'}")


def _why(run: LoggedRun) -> str:
    """Why it was a full run, or what went wrong."""
    said = run.failure if run.state == FAILED else run.reason
    return said.splitlines()[0] if said else ""


def _read(page: Context, counts: dict[str, int]) -> None:
    words = page.words
    st.subheader(words("rows_read"))
    activities = [
        {"what": words(f"metric_{name}"), "number": number}
        for name, number in counts.items()
        if name.startswith(ACTIVITIES)
    ]
    others = [
        {"what": words(f"metric_{name}"), "number": number}
        for name, number in counts.items()
        if not name.startswith(ACTIVITIES)
    ]
    left, right = st.columns(2)
    with left:
        st.altair_chart(charts.bars(activities, label="what", value="number", title=words("activities")))
    with right:
        page.table(others)


def _waiting(page: Context, counts: dict[str, int]) -> None:
    words = page.words
    st.subheader(words("waiting"))
    told = [words.several(counts[name], f"problem_{name}") for name in PROBLEMS if counts.get(name)]
    for text in told:
        st.warning(text)
    edits = page.published.rows(WAITING, ROWS_SHOWN)
    if edits:
        page.table(edits)
    elif not told:
        st.success(words("nothing_waits"))


def _raw_tables(page: Context) -> None:
    """How fresh the raw tables are: only the command opens the database, and only when asked to."""
    words = page.words
    st.subheader(words("raw_tables"))
    st.caption(words("raw_tables_help"))
    if not st.button(words("look"), key="look"):
        return
    done = run_command(page.options.settings, "status", "--json")
    if not done.succeeded:
        lines(*done.message.splitlines())
        return
    found = json.loads(done.output)
    rows = [
        {
            "source_table": name,
            "rows": raw["rows"],
            "loaded_at": _instant(raw["loaded_at"]),
            "happened_at": _instant(raw["happened_at"]),
            "later": raw["later"],
        }
        for name, raw in (found["raw"] or {}).items()
    ]
    lines(*found["notes"])
    page.table(rows, words("no_raw_tables"))


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
