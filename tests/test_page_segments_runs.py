"""The pages of segments and of runs: what they tell is what the marts and the run log say."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from demo_clone import Demo
from drawn_pages import button, drawn, field, html_of, settings_of, texts_of
from leadscore.errors import DatabaseBusyError
from leadscore.exports.presets import Tool
from leadscore.page import exporting, segments
from leadscore.page.context import Context
from leadscore.page.options import PageOptions
from leadscore.page.published import Published, publication_key
from leadscore.page.rejected import Rejected
from leadscore.page.runs import PLAN
from leadscore.page.segments import Moved, course, members
from leadscore.page.words import Language, texts
from leadscore.page.working import run_command
from leadscore.runs import status as status_module
from leadscore.runs.history import LoggedRun, history_path, log_line
from leadscore.runs.status import run_status, status_of_runs
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

AS_OF = datetime(2026, 11, 1)
SEGMENT = "champions"
TITLE = "Best customers"
HOSTILE = "<b>Bo</b> [x](javascript:alert(1)) :red[y] $z$ `w`"
# A record of four runs: who is removed by the second comes again by the third, some go with the last.
RECORD = """
update marts.segment_changes set changed_at = timestamp '2026-06-01';
insert into marts.segment_changes by name
select * replace ('removed' as change, 2 as run_number, timestamp '2026-08-20' as changed_at)
from marts.segment_changes where run_number = 1 and contact_id like '%1';
insert into marts.segment_changes by name
select * replace ('added' as change, 3 as run_number, timestamp '2026-10-10 06:00:00' as changed_at)
from marts.segment_changes where run_number = 2;
insert into marts.segment_changes by name
select * replace ('updated' as change, 3 as run_number, timestamp '2026-10-10 06:00:00' as changed_at)
from marts.segment_changes where run_number = 1 and contact_id like '%2';
insert into marts.segment_changes by name
select * replace ('removed' as change, 4 as run_number, timestamp '2026-10-28' as changed_at)
from marts.segment_changes where run_number = 1 and contact_id like '%5';
delete from marts.segment_members where contact_id like '%5';
"""


def of(settings: Any) -> Published:
    key = publication_key(settings)
    assert key is not None
    return Published(key)


def changed(demo: Demo, folder: Path, *statements: str) -> PageOptions:
    """The demo's publication in a folder of its own, after some statements."""
    shutil.copytree(demo.published, folder / "published", symlinks=True)
    options = PageOptions(settings_of(folder))
    with duckdb.connect(str(options.settings.published_database.resolve())) as connection:
        for statement in statements:
            connection.execute(statement)
    return options


@pytest.fixture(scope="module")
def options(demo: Demo) -> PageOptions:
    return PageOptions(settings_of(demo.folder))


@pytest.fixture
def marts(options: PageOptions) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(options.settings.published_database), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def recorded(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> PageOptions:
    return changed(demo, tmp_path_factory.mktemp("recorded"), RECORD)


@pytest.fixture
def record(recorded: PageOptions) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(recorded.settings.published_database), read_only=True) as connection:
        yield connection


def choice(page: AppTest, key: str) -> Any:
    return next(one for one in page.selectbox if one.key == key)


def control(page: AppTest, key: str) -> Any:
    return next(one for one in page.button_group if one.key == key)


def pages_of(page: AppTest, name: str) -> Any:
    """Where one of the pages of a list is chosen."""
    return next(one for one in page.number_input if (one.key or "").startswith(f"page_{name}"))


def table_with(page: AppTest, *columns: str) -> Any:
    return next(table.value for table in page.dataframe if set(columns) <= set(table.value))


def test_all_segments_are_told_with_who_came_and_went(
    recorded: PageOptions, record: duckdb.DuckDBPyConnection
) -> None:
    page = drawn(recorded, "segments")
    assert not page.exception
    shown = table_with(page, "segment", "members", "came")
    expected = record.execute(
        """
        select
            coalesce(segments.title, segments.segment_id) as segment, any_value(members),
            any_value(mailable_members), count(*) filter (where change = 'added'),
            count(*) filter (where change = 'removed')
        from marts.dim_segments as segments
        left join marts.segment_changes as changes
            on segments.segment_id = changes.segment_id and changed_at > '2026-10-02'
        group by segments.segment_id, segments.title
        order by segment
        """
    ).fetchall()
    columns = ["segment", "members", "mailable_members", "came", "went"]
    assert list(shown[columns].itertuples(index=False, name=None)) == expected
    assert shown["came"].sum() and shown["went"].sum()


def test_a_segment_is_told_with_its_members_page_by_page(
    options: PageOptions, marts: duckdb.DuckDBPyConnection
) -> None:
    page = drawn(options, "segments", chosen=TITLE)
    assert not page.exception
    assert choice(page, "chosen").value == SEGMENT
    assert f"<h2>{TITLE}</h2>" in html_of(page)
    [(size, mailable)] = marts.execute(
        "select members, mailable_members from marts.dim_segments where segment_id = ?", [SEGMENT]
    ).fetchall()
    assert [metric.value for metric in page.metric] == [f"{size:,}", f"{mailable:,}"]
    conditions = marts.execute(
        "select field, operator, value from marts.dim_segment_conditions where segment_id = ? "
        "order by clause, row_number",
        [SEGMENT],
    ).fetchall()
    shown = table_with(page, "field", "operator", "value")
    assert [tuple(row) for row in shown[["field", "operator", "value"]].values] == conditions

    expected = marts.execute(
        "select contact_id from marts.segment_members where segment_id = ? "
        "order by member_since desc, contact_id",
        [SEGMENT],
    ).fetchall()
    of_members = pages_of(page, "members")
    last = -(-size // 50)
    assert of_members.max == last > 1
    of_members.set_value(last).run()
    shown = table_with(page, "is_mailable", "name")
    assert shown["contact_id"].tolist() == [contact for (contact,) in expected[(last - 1) * 50 :]]
    assert shown["name"].notna().any()

    page.toggle[0].set_value(True).run()
    assert not page.exception
    assert f"{mailable:,} contacts" in texts_of(page)
    assert table_with(page, "is_mailable", "name")["is_mailable"].all()


@pytest.mark.parametrize("mailable", [False, True])
@pytest.mark.parametrize("start", [0, 50, 100])
def test_members_are_paged_in_the_database(
    options: PageOptions, marts: duckdb.DuckDBPyConnection, start: int, mailable: bool
) -> None:
    expected = marts.execute(
        "select contact_id from marts.segment_members where segment_id = ? and is_mailable in (true, ?) "
        "order by member_since desc, contact_id",
        [SEGMENT, mailable],
    ).fetchall()
    found = members(of(options.settings), SEGMENT, mailable=mailable, start=start)
    assert [(row["contact_id"],) for row in found] == expected[start : start + 50]


@pytest.mark.parametrize("days", segments.DAYS)
@pytest.mark.parametrize("which", [None, "came", "went"])
def test_who_came_and_went_is_whom_the_record_has(
    recorded: PageOptions, record: duckdb.DuckDBPyConnection, days: int, which: str | None
) -> None:
    wanted = {"came": ("added",), "went": ("removed",), None: ("added", "removed")}[which]
    since = AS_OF - timedelta(days=days)
    expected = record.execute(
        "select contact_id, change, changed_at from marts.segment_changes "
        "where segment_id = ? and changed_at > ? and change in (select unnest(?)) "
        "order by changed_at desc, change, contact_id",
        [SEGMENT, since, list(wanted)],
    ).fetchall()
    moved = Moved(SEGMENT, since, wanted)
    found = moved.listed(of(recorded.settings))
    assert [(row["contact_id"], row["what"], row["changed_at"]) for row in found] == expected[:50]
    assert moved.listed(of(recorded.settings), len(expected)) == []

    page = drawn(recorded, "segments", chosen=TITLE)
    control(page, "days").set_value(days).run()
    control(page, "moves").set_value(which).run()
    assert not page.exception
    if expected:
        shown = table_with(page, "what", "changed_at")
        assert shown["contact_id"].tolist() == [contact for contact, _, _ in expected[:50]]
        told = {"added": "came", "removed": "went"}
        assert shown["what"].tolist() == [told[change] for _, change, _ in expected[:50]]
    else:
        assert "Nobody." in texts_of(page)


def test_the_record_has_something_in_each_span(record: duckdb.DuckDBPyConnection) -> None:
    """Else the test before would hold for pages that show nothing."""
    for change, days in (("removed", 7), ("added", 30), ("removed", 90)):
        [(count,)] = record.execute(
            "select count(*) from marts.segment_changes "
            "where segment_id = ? and change = ? and changed_at > ?",
            [SEGMENT, change, AS_OF - timedelta(days=days)],
        ).fetchall()
        assert count, (change, days)


def test_the_size_over_time_is_what_the_changes_add_up_to(
    recorded: PageOptions, record: duckdb.DuckDBPyConnection
) -> None:
    inside: set[str] = set()
    expected = {}
    for contact, change, day in record.execute(
        "select contact_id, change, strftime(changed_at, '%Y-%m-%d') from marts.segment_changes "
        "where segment_id = ? order by run_number",
        [SEGMENT],
    ).fetchall():
        (inside.discard if change == "removed" else inside.add)(contact)
        expected[day] = len(inside)
    found = course(of(recorded.settings), SEGMENT, len(inside), AS_OF)
    assert {row["day"]: row["members"] for row in found} == {**expected, "2026-11-01": len(inside)}
    [(size,)] = record.execute(
        "select members from marts.dim_segments where segment_id = ?", [SEGMENT]
    ).fetchall()
    assert size == len(inside) and len(found) == 5
    page = drawn(recorded, "segments", chosen=TITLE)
    assert [row["members"] for row in charted(page, "day")] == [row["members"] for row in found]


def charted(page: AppTest, column: str) -> list[dict[str, Any]]:
    """The rows of the chart that has a column."""
    charts: Iterable[Any] = page.get("vega_lite_chart")
    tables = [convert_arrow_bytes_to_pandas_df(chart.proto.data.data) for chart in charts]
    return next(table.to_dict("records") for table in tables if column in table)


@pytest.mark.parametrize("name", ["moves", "members"])
def test_who_is_chosen_is_opened(recorded: PageOptions, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    opened = []
    monkeypatch.setattr(Context, "chosen_of", lambda _, rows, table: rows[0] if table == name else None)
    monkeypatch.setattr(Context, "go_to", lambda _, page, **address: opened.append((page, address)))
    page = drawn(recorded, "segments", chosen=TITLE)
    assert not page.exception
    [(to, address)] = opened
    assert to == "contact" and address["contact"].startswith("c-")


def test_members_are_shown_in_the_list_of_contacts(
    options: PageOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    monkeypatch.setattr(Context, "go_to", lambda _, page, **address: opened.append((page, address)))
    button(drawn(options, "segments", chosen=TITLE), "Show in Contacts").click().run()
    [(to, address)] = opened
    assert to == "contacts"
    listing = drawn(options, to, **address)
    assert choice(listing, "segment").value == SEGMENT
    assert len(listing.dataframe[0].value)


@pytest.mark.parametrize(
    ("preset", "safe", "words"),
    [("spreadsheet", False, []), ("mailchimp", True, ["--preset", "mailchimp", "--safe"])],
)
def test_an_export_by_the_page_is_the_commands_own(
    tmp_path: Path, demo: Demo, preset: str, safe: bool, words: list[str]
) -> None:
    options = changed(demo, tmp_path)
    page = drawn(options, "segments", chosen=TITLE)
    choice(page, "preset").select(preset).run()
    assert field(page, "Folder").value == str(tmp_path / "exports" / preset)
    if safe:
        next(box for box in page.checkbox if box.key == "safe").check().run()
    field(page, "Folder").set_value(" mailing 1 ").run()
    button(page, "Export to this folder").click().run()
    assert not page.exception
    assert "The files are written" in texts_of(page), html_of(page)
    own = tmp_path / "own"
    done = run_command(options.settings, "export", SEGMENT, *words, f"--output={own}", "--json")
    assert done.succeeded, done.message
    written = tmp_path / "mailing 1"
    assert str(written) in html_of(page)
    assert (written / f"{SEGMENT}.csv").read_bytes() == (own / f"{SEGMENT}.csv").read_bytes()
    [file] = json.loads(done.output)
    shown = table_with(page, "file", "rows", "values")
    assert shown["file"].tolist() == [f"{SEGMENT}.csv"]
    assert shown["rows"].tolist() == [file["rows"]] and file["rows"] > 0
    assert shown["values"].tolist() == ["guarded, ids too: for people"]
    # What was written of one segment isn't told of another.
    choice(page, "chosen").select("warm_leads").run()
    assert "The files are written" not in texts_of(page)


def test_an_export_that_is_refused_says_why(tmp_path: Path, demo: Demo) -> None:
    options = changed(demo, tmp_path)
    file = tmp_path / "<b>no folder"
    file.write_text("")
    page = drawn(options, "segments")
    field(page, "Folder").set_value(str(file)).run()
    button(page, "Export to this folder").click().run()
    assert not page.exception
    assert "can&#x27;t be written to" in html_of(page)
    assert "<b>" not in html_of(page) and "no folder" not in texts_of(page)
    assert "The files are written" not in texts_of(page)
    field(page, "Folder").set_value("  ").run()
    button(page, "Export to this folder").click().run()
    assert "Enter a folder" in texts_of(page)


def test_what_only_shows_exports_nothing(options: PageOptions) -> None:
    page = drawn(PageOptions(options.settings, is_read_only=True), "segments")
    assert not page.exception
    assert "--read-only" in texts_of(page)
    assert [one.label for one in page.button] == ["Show in Contacts"]
    assert not page.text_input


@pytest.mark.parametrize("language", Language)
def test_each_preset_says_what_it_is_for(options: PageOptions, language: Language) -> None:
    page = drawn(PageOptions(options.settings, language), "segments")
    assert len(set(choice(page, "preset").options)) == len(Tool) + 1
    for preset in (exporting.SPREADSHEET, *Tool):
        choice(page, "preset").select(preset).run()
        assert not page.exception
        assert texts(language)[f"preset_{preset.replace('-', '_')}_is"] in texts_of(page)


# Runs.


def logged(folder: Path, *runs: LoggedRun) -> None:
    path = history_path(settings_of(folder).database)
    path.write_bytes(b"".join(log_line(run) for run in runs))


def run(number: int, state: str = "succeeded", **known: Any) -> LoggedRun:
    """A run that took as many seconds as its number."""
    began = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=number)
    ended = {"finished_at": began, "seconds": float(number)} if state != "started" else {}
    return LoggedRun(f"run-{number}", 999_999, began, began, state, **{**ended, **known})


def test_runs_are_told_as_the_log_has_them(tmp_path: Path, demo: Demo) -> None:
    options = changed(demo, tmp_path)
    counted = {"contacts": 5, "activities_scored": 7, "activities_waiting": 2, "rejected_rows": 3}
    logged(
        tmp_path,
        run(
            1,
            kind="full",
            reason="the first run",
            metrics=counted,
            stages={"scoring": 0.5, "publishing": 0.25},
        ),
        run(2, kind="incremental", warnings=4),
        run(3, "failed", failure="first line\nsecond line"),
        run(4, "started"),
    )
    page = drawn(options, "runs")
    assert not page.exception
    shown = table_with(page, "state", "kind", "seconds")
    assert shown["state"].tolist() == ["did not finish", "failed", "succeeded", "succeeded"]
    assert shown["kind"].tolist()[2:] == ["incremental", "full"]
    assert shown["why"].tolist()[1:] == ["first line", "", "the first run"]
    first = shown.iloc[3]
    assert [first[name] for name in ("contacts", "activities", "rejected", "scoring", "publishing")] == [
        5, 9, 3, 0.5, 0.25,
    ]  # fmt: skip
    assert shown["test_warnings"].tolist() == [0, 0, 4, 0]
    bars = charted(page, "seconds")
    assert [(bar["seconds"], bar["kind"]) for bar in bars] == [
        (1.0, "full"), (2.0, "incremental"), (3.0, "failed"),
    ]  # fmt: skip
    metrics = {metric.label: metric.value for metric in page.metric}
    assert metrics["Last run"] == "did not finish" and metrics["Failed since the last success"] == "2"
    assert metrics["Scored for"] == "2026-11-01"
    plan = of(options.settings).row(PLAN)
    assert f"run {plan['run_number']}, full, of {plan['contacts']:,} contacts" in texts_of(page)


def test_the_newest_failure_is_told_whole_and_as_data(tmp_path: Path, demo: Demo) -> None:
    options = changed(demo, tmp_path)
    logged(tmp_path, run(1, "failed", failure=f"it broke\n{HOSTILE}"))
    page = drawn(options, "runs")
    assert not page.exception
    assert "<div>it broke</div><div>&lt;b&gt;Bo&lt;/b&gt;" in html_of(page)
    assert HOSTILE not in texts_of(page) and "<b>" not in html_of(page)
    assert "None has succeeded yet." in texts_of(page)


def test_one_run_is_enough_for_a_picture(options: PageOptions) -> None:
    page = drawn(options, "runs")
    assert not page.exception
    assert len(charted(page, "seconds")) == 1 and "One run so far" in texts_of(page)
    assert {metric.label: metric.value for metric in page.metric}["Last run"] == "succeeded"
    assert "A course needs two days" in texts_of(drawn(options, "segments"))


def test_many_runs_are_charted_as_far_as_they_can_be_told_apart(tmp_path: Path, demo: Demo) -> None:
    options = changed(demo, tmp_path)
    logged(tmp_path, *(run(number, kind="incremental") for number in range(1, 131)))
    page = drawn(options, "runs")
    assert not page.exception
    assert [bar["seconds"] for bar in charted(page, "seconds")] == [float(n) for n in range(71, 131)]
    pages_of(page, "runs").set_value(3).run()
    assert table_with(page, "state", "kind")["seconds"].tolist() == [float(n) for n in range(30, 0, -1)]


def test_a_run_that_goes_on_is_told(tmp_path: Path, demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    options = changed(demo, tmp_path)
    logged(tmp_path, run(1, kind="full"), run(2, "started"))
    monkeypatch.setattr(
        status_module, "holder", lambda _: "`leadscore run` (process 999999, since 2026-11-01T02:00:00+00:00)"
    )
    page = drawn(options, "runs")
    assert not page.exception
    assert table_with(page, "state", "kind")["state"].tolist() == ["running", "succeeded"]
    assert "The database is in use" in texts_of(page) and "(process 999999" in html_of(page)
    assert {metric.label: metric.value for metric in page.metric}["Last run"] == "succeeded"


def test_how_runs_stand_is_told_without_opening_a_database(
    options: PageOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run_status(options.settings)

    def busy(*_: object, **__: object) -> None:
        raise DatabaseBusyError("opened", "")

    monkeypatch.setattr(status_module, "open_database", busy)
    monkeypatch.setattr(status_module, "open_published", busy)
    found = status_of_runs(options.settings)
    assert (found.runs, found.publication, found.as_of) == (whole.runs, whole.publication, whole.as_of)
    assert (found.raw, found.notes) == (None, [])


REJECTED_KINDS = [
    Rejected(),
    Rejected("contacts"),
    Rejected("transactions", "amount can't be read as a number; the row is left out"),
    Rejected(None, "contact_id is missing; the row is left out"),
    Rejected("events", "contact_id is missing; the row is left out"),
]


@pytest.mark.parametrize("wanted", REJECTED_KINDS, ids=str)
def test_rejected_rows_are_found_by_table_and_reason(
    options: PageOptions, marts: duckdb.DuckDBPyConnection, wanted: Rejected
) -> None:
    rows = marts.execute("select source_table, row_key, reason, row_json from marts.rejected_rows").fetchall()
    begin, _, end = (wanted.kind or "").partition("; ")
    expected = {
        row
        for row in rows
        if wanted.source_table in (None, row[0])
        and (wanted.kind is None or (row[2].startswith(begin) and row[2].endswith(end)))
    }
    found = wanted.listed(of(options.settings))
    assert {
        (row["source_table"], row["row_key"], row["reason"], row["row_json"]) for row in found
    } == expected


def test_rejected_rows_are_counted_then_browsed(
    options: PageOptions, marts: duckdb.DuckDBPyConnection
) -> None:
    page = drawn(options, "runs", table="contacts")
    assert not page.exception
    counts = table_with(page, "source_table", "reason", "rows")
    [(all_rows, tables)] = marts.execute(
        "select count(*), list(distinct source_table order by source_table) from marts.rejected_rows"
    ).fetchall()
    assert counts["rows"].sum() == all_rows and sorted(set(counts["source_table"])) == tables
    of_contacts = counts[counts["source_table"] == "contacts"]
    assert choice(page, "table").value == "contacts"
    assert len(table_with(page, "row_json")) == of_contacts["rows"].sum()
    reason = choice(page, "reason")
    assert reason.options == sorted(of_contacts["reason"])
    reason.select(reason.options[0]).run()
    shown = table_with(page, "row_json")
    assert len(shown) == of_contacts.set_index("reason").loc[reason.options[0], "rows"]


def test_rejected_rows_are_paged(tmp_path: Path, demo: Demo) -> None:
    options = changed(
        demo,
        tmp_path,
        "insert into marts.rejected_rows select 'events', 'e-' || lpad(i::varchar, 3, '0'), "
        "'amount is no number: ''a''; b''; the row is left out', '{}', timestamp '2027-01-01' "
        "from range(120) as r(i)",
    )
    wanted = Rejected("events", "amount is no number; the row is left out")
    keys = [row["row_key"] for start in (0, 50, 100) for row in wanted.listed(of(options.settings), start)]
    assert keys == [f"e-{number:03}" for number in range(120)]
    page = drawn(options, "runs", table="events", reason="amount is no number; the row is left out")
    pages_of(page, "rejected").set_value(3).run()
    assert not page.exception
    assert table_with(page, "row_json")["row_key"].tolist() == keys[100:]


def test_what_was_read_and_what_waits_is_the_summarys(
    options: PageOptions, marts: duckdb.DuckDBPyConnection
) -> None:
    page = drawn(options, "runs")
    summary = dict(marts.execute("select metric, value from marts.run_summary").fetchall())
    read = {row["what"]: row["number"] for row in charted(page, "what")}
    others = table_with(page, "what", "number")
    read |= dict(zip(others["what"], others["number"], strict=True))
    english = texts(Language.ENGLISH)
    assert read == {english[f"metric_{metric}"]: value for metric, value in summary.items()}
    assert f"{summary['activities_waiting']} activities wait for their contact" in texts_of(page)
    waiting = marts.execute(
        "select adjustment_id from marts.adjustment_audit where status = 'waiting'"
    ).fetchall()
    assert [(one,) for one in table_with(page, "adjustment_id")["adjustment_id"]] == waiting != []


def test_the_command_tells_what_is_loaded(demo: Demo, tmp_path: Path) -> None:
    """In a copy: nobody tries anything out in it at the same time."""
    options = PageOptions(settings_of(demo.copied(tmp_path / "demo")))
    page = drawn(PageOptions(options.settings, is_read_only=True), "runs")
    button(page, "Look now").click().run()
    assert not page.exception
    shown = table_with(page, "happened_at", "later").set_index("source_table")
    with duckdb.connect(str(options.settings.database), read_only=True) as connection:
        for table in ("contacts", "events", "transactions", "score_adjustments"):
            assert shown.loc[table, "rows"] == connection.sql(f"from raw.{table}").count("*").fetchall()[0][0]


def test_titles_reasons_and_warnings_are_data(tmp_path: Path, demo: Demo) -> None:
    quoted = HOSTILE.replace("'", "''")
    options = changed(
        demo,
        tmp_path,
        f"update configuration.config_segments set title = '{quoted}', description = '{quoted}' "
        f"where segment_id in ('{SEGMENT}', 'warm_leads')",
        f"update marts.rejected_rows set reason = '{quoted}', row_key = '{quoted}', row_json = '{quoted}'",
        f"insert into configuration.config_warnings by name select 'segments' as seed, '{quoted}' as problem",
        f"update state.run_plan set reason = '{quoted}'",
        f"update store.int_adjustments set note = '{quoted}'",
    )
    # Two segments of one title can be told apart.
    page = drawn(options, "segments", chosen=f"{HOSTILE} ({SEGMENT})")
    assert not page.exception
    assert choice(page, "chosen").value == SEGMENT
    for one in (page, drawn(options, "runs")):
        assert not one.exception
        assert HOSTILE not in texts_of(one) and "javascript" not in texts_of(one)
        assert "<b>" not in html_of(one) and "&lt;b&gt;Bo&lt;/b&gt;" in html_of(one)
        assert HOSTILE in " ".join(str(table.value.values) for table in one.dataframe)


@pytest.mark.parametrize("language", Language)
def test_where_there_is_nothing_it_is_said(tmp_path: Path, demo: Demo, language: Language) -> None:
    nothing = changed(
        demo,
        tmp_path,
        "delete from marts.segment_members; delete from marts.segment_changes;"
        "delete from marts.rejected_rows;"
        "delete from store.int_adjustments; update marts.run_summary set value = 0;"
        "delete from configuration.config_warnings; delete from marts.dim_segment_conditions",
    )
    options = PageOptions(nothing.settings, language)
    said = texts(language)
    page = drawn(options, "segments")
    assert not page.exception
    for key in ("one_day", "nobody_moved", "nobody_in_it", "everybody"):
        assert said[key] in texts_of(page), key
    page = drawn(options, "runs")
    assert not page.exception
    for key in ("no_durations", "nothing_waits", "nothing_rejected", "no_warnings"):
        assert said[key] in texts_of(page), key
    assert said["none_logged"] in [metric.value for metric in page.metric]
    button(page, said["look"]).click().run()
    assert said["no_raw_tables"] in texts_of(page)


def test_where_no_segments_are_configured_it_is_said(tmp_path: Path, demo: Demo) -> None:
    page = drawn(changed(demo, tmp_path, "delete from configuration.config_segments"), "segments")
    assert not page.exception
    assert texts(Language.ENGLISH)["no_segments"] in texts_of(page)
