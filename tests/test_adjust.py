"""`leadscore adjust`: edits by hand, written, scored, explained, taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from leadscore.raw.loading import Loaded
from leadscore.raw.reading import as_read
from leadscore.raw.suppression import suppress
from leadscore.settings import Settings
from leadscore.storage.database import open_database
from leadscore.storage.lock import hold_lock
from tiny_project import leadscore, score, tiny_project

NASTY = '\'; drop table raw.score_adjustments; --\n{{ config }} {% if %} "q" \\ é 👨‍👩‍👧 [red]\t1.50 \u2028'
BARE = ["add", "5", "--model", "exact", "--note", "n"]


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Settings]:
    """Not scored yet."""
    with tiny_project(tmp_path) as settings:
        yield settings


def adjust(*arguments: str) -> Any:
    """An edit that has to work, as its object."""
    result = leadscore("adjust", "--json", *arguments)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def rows(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.database)) as connection:
        return list(connection.execute(sql).fetchall())


def raw(settings: Settings, adjustment_id: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(settings.database)) as connection:
        cursor = connection.execute(
            "select * from raw.score_adjustments where adjustment_id = ? order by loaded_at", [adjustment_id]
        )
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_edits_show_in_the_next_run_and_go_when_deleted(tmp_path: Path) -> None:
    def explained() -> Any:
        return json.loads(leadscore("explain", "cleo", "--model", "exact", "--json").stdout)

    with tiny_project(tmp_path) as settings:
        score(settings)
        adjust(
            "cleo", "set", "10", "--model", "exact", "--note", "start", "--at", "2021-01-01T01:00:00+01:00"
        )
        added = adjust("cleo", "add", "5", "--model", "exact", "--note", NASTY, "--author", "Zoë; --")
        assert explained()["score"] == 0
        adjust("cleo", "subtract", "-2.125", "--model", "exact", "--note", "minus minus", "--run")
        assert explained()["score"] == 17.13
        assert explained()["unlimited_score"] == 17.125
        edit = next(e for e in explained()["entries"] if e["entry_id"] == f"manual:{added['adjustment_id']}")
        assert (edit["note"], edit["author"], edit["state"]) == (as_read(NASTY), "Zoë; --", "counts")

        listed = json.loads(leadscore("adjust", "--list", "cleo", "--json").stdout)
        assert [(e["operation"], e["points"], e["status"]) for e in listed] == [
            ("subtract", -2.125, "counts"),
            ("add", 5, "counts"),
            ("set", 10, "counts"),
        ]
        everybody = json.loads(leadscore("adjust", "--list", "--json").stdout)
        assert {e["adjustment_id"]: e["status"] for e in everybody}["m-waits"] == "waiting"
        assert "minus minus" in leadscore("adjust", "--list").stdout

        result = leadscore("adjust", "--delete", added["adjustment_id"], "--run")
        assert result.exit_code == 0, result.stderr
        assert f"{added['adjustment_id']} is deleted" in result.stdout
        assert explained()["score"] == 12.13
        [gone] = explained()["uncounted_edits"]
        assert (gone["adjustment_id"], gone["status"], gone["note"]) == (
            added["adjustment_id"],
            "deleted",
            as_read(NASTY),
        )

        told = leadscore("adjust", "nobody-yet", *BARE)
        assert (told.exit_code, "the edit waits" in told.stderr) == (0, True)


def test_the_edit_is_written_as_given(tiny: Settings) -> None:
    edit = adjust("d'arcy", "add", "--model", "exact", "--note", NASTY, "--author", "'", "--", "-0.5")
    [row] = raw(tiny, edit["adjustment_id"])
    assert edit["adjustment_id"].startswith("manual-")
    assert {name: row[name] for name in edit} == edit
    assert (row["contact_id"], row["operation"], row["points"]) == ("d'arcy", "add", "-0.5")
    assert (row["note"], row["author"], row["deleted_at"]) == (NASTY, "'", None)


def test_the_author_is_the_user_and_the_instant_now(tiny: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "somebody")
    before = datetime.now(UTC).replace(tzinfo=None)
    edit = adjust("ann", *BARE)
    assert edit["author"] == "somebody"
    assert before <= datetime.fromisoformat(edit["adjusted_at"]) <= datetime.now(UTC).replace(tzinfo=None)
    assert (
        adjust("ann", *BARE, "--at", "2026-03-01T02:00:00+02:00")["adjusted_at"]
        == "2026-03-01 00:00:00.000000"
    )


def test_the_first_edit_makes_the_database_and_each_is_loaded_later(tiny: Settings) -> None:
    tiny.database.unlink()
    ids = [adjust("ann", *BARE)["adjustment_id"] for _ in range(3)]
    stored = rows(tiny, "select adjustment_id, loaded_at from raw.score_adjustments order by loaded_at")
    assert [row[0] for row in stored] == ids
    assert len({row[1] for row in stored}) == len(set(ids)) == 3


def test_deleting_copies_the_last_readable_row_and_is_loaded_after_all_others(tiny: Settings) -> None:
    rows(
        tiny,
        """insert into raw.score_adjustments by name
        select * replace ('lead' as model_id, 'sub' as operation, timestamp '2026-05-02' as loaded_at)
        from raw.score_adjustments where adjustment_id = 'm-add'
        union all by name
        select * replace ('other' as adjustment_id, timestamp '2999-01-01' as loaded_at)
        from raw.score_adjustments where adjustment_id = 'm-add'""",
    )
    adjust("--delete", "m-add")
    *_, row = raw(tiny, "m-add")
    assert (row["operation"], row["points"], row["contact_id"]) == ("add", "2.5", "old")
    assert row["note"] == 'was "old"; drop table x'
    assert row["deleted_at"] is not None
    assert row["loaded_at"] > datetime(2999, 1, 1)

    again = leadscore("adjust", "--delete", "m-add")
    assert (again.exit_code, "was deleted already" in again.stdout) == (0, True)
    assert len(raw(tiny, "m-add")) == 3


@pytest.mark.parametrize("written", ["zo\u00eb", " zo\u00eb\u00a0", "zoe\u0308"])
def test_an_edit_of_somebody_forgotten_is_refused(tiny: Settings, written: str) -> None:
    with open_database(tiny.database) as database:
        suppress(database, {"contact": ["zo\u00eb"]})
    before = rows(tiny, "select count(*) from raw.score_adjustments")
    refused = leadscore("adjust", written, *BARE)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "was forgotten; nothing was stored" in refused.stderr
    assert rows(tiny, "select count(*) from raw.score_adjustments") == before
    assert adjust("ann", *BARE)["contact_id"] == "ann"


def test_an_edit_is_told_as_stored_only_if_it_is(tiny: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadscore.raw.edits.load_files", lambda *_: [Loaded(Path("x"), rows=0)])
    refused = leadscore("adjust", "ann", *BARE)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "wasn't stored" in refused.stderr


def test_a_table_with_types_of_its_own(tiny: Settings) -> None:
    rows(
        tiny,
        """create or replace table raw.score_adjustments as
        select
            adjustment_id, model_id, contact_id, operation, points::decimal(18, 4) as points,
            adjusted_at::timestamptz as adjusted_at, loaded_at, 7 as own_column
        from raw.score_adjustments""",
    )
    edit = adjust("ann", "set", "-1.25", "--model", "lead", "--note", "n", "--at", "2026-03-01")
    adjust("--delete", edit["adjustment_id"])
    adjust("--delete", "m-exact")
    stored = rows(
        tiny,
        "select points::varchar, epoch(adjusted_at)::bigint, deleted_at is not null "
        f"from raw.score_adjustments where adjustment_id = '{edit['adjustment_id']}' order by loaded_at",
    )
    march = int((datetime(2026, 3, 1) - datetime(1970, 1, 1)).total_seconds())
    assert stored == [("-1.2500", march, False), ("-1.2500", march, True)]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["ann", "multiply", "5", "--model", "lead", "--note", "n"],
            "'operation': 'multiply' is not one of 'add', 'subtract', 'set'",
        ),
        (["ann", "add", "five", "--model", "lead", "--note", "n"], "'five' are no points"),
        (["ann", "add", "1e3", "--model", "lead", "--note", "n"], "no points"),
        (["ann", "add", "nan", "--model", "lead", "--note", "n"], "no points"),
        (["ann", "add", "", "--model", "lead", "--note", "n"], "no points"),
        (["ann", "add", "-", "--model", "lead", "--note", "n"], "no points"),
        (["ann", "add", "99999999999", "--model", "lead", "--note", "n"], "at most 10 digits"),
        (["ann", "add", "0.123456789", "--model", "lead", "--note", "n"], "no points"),
        (["ann", "add", "5", "--model", "lead", "--note", " \n"], "the note is empty"),
        (["ann", "add", "5", "--model", "lead", "--note", "\x07"], "not text"),
        (["ann", "add", "5", "--model", "lead", "--note", "\udcff"], "not text"),
        (["", "add", "5", "--model", "lead", "--note", "n"], "the contact is empty"),
        (["\u00a0 ", "add", "5", "--model", "lead", "--note", "n"], "the contact is empty"),
        (["ann", "add", "5", "--model", "x'; --", "--note", "n"], "Known are: lead, exact, asleep"),
        (
            ["ann", "add", "5", "--model", "lead", "--note", "n", "--at", "soon"],
            "'--at': 'soon' is not an instant. Write it like",
        ),
        (["ann", "add", "5", "--model", "lead"], "missing: --note"),
        (["ann", "add", "5", "--note", "n"], "missing: --model"),
        (["ann"], "missing: operation, POINTS"),
        ([], "missing: CONTACT"),
        (["ann", "add", "-5", "--modle", "lead", "--note", "n"], "modle"),
        (["--bogus"], "bogus"),
        (["--delete", "no such'; --"], "there is no manual edit"),
        (["--delete", "m-add", "ann"], "can't go with CONTACT"),
        (["--list", "--delete", "m-add"], "can't go with --delete"),
        (["--list", "--run"], "can't go with --run"),
    ],
)
def test_what_can_not_be_is_refused_and_nothing_is_written(
    tiny: Settings, arguments: list[str], told: str
) -> None:
    before = rows(tiny, "select count(*) from raw.score_adjustments")
    result = leadscore("adjust", *arguments)
    assert result.exit_code == 2, result.output
    assert told in result.stderr
    assert rows(tiny, "select count(*) from raw.score_adjustments") == before


def test_a_model_that_is_switched_off_is_known(tiny: Settings) -> None:
    result = leadscore("adjust", "ann", "add", "5", "--model", "asleep", "--note", "n")
    assert (result.exit_code, "switched off" in result.stderr) == (0, True)


def test_a_run_that_is_going_on_is_waited_for_and_then_respected(tiny: Settings) -> None:
    edit = ["adjust", "ann", *BARE]
    with hold_lock(tiny.lock, "run", print):
        waited = leadscore(*edit, "--wait", "0.2")
        refused = leadscore(*edit, "--no-wait")
    for result in (waited, refused):
        assert (result.exit_code, "is using the database" in result.stderr) == (1, True)
    assert "Waiting at most 0.2 s for `leadscore run`" in waited.stderr
    assert "Waiting" not in refused.stderr
    assert rows(tiny, "select count(*) from raw.score_adjustments where adjustment_id like 'manual-%'") == [
        (0,)
    ]


def test_the_list_needs_a_publication(tiny: Settings) -> None:
    result = leadscore("adjust", "--list")
    assert (result.exit_code, "Run `leadscore run` first" in result.stderr) == (1, True)
