"""`leadscore explain`: every entry of a contact, adding up to its published score at any instant."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from demo_clone import Demo
from leadscore.explanation.entries import Entry, State, StatedEntry
from leadscore.explanation.explanation import Explanation, explained
from leadscore.explanation.history import History
from leadscore.explanation.json import explanation_object
from leadscore.explanation.published import read_histories
from leadscore.explanation.tables import _remarks
from leadscore.settings import Settings
from leadscore.storage.database import Database, open_database
from tiny_project import leadscore, score, tiny_project

AHEAD = timedelta(days=400)
Changes = dict[tuple[str, str], list[tuple[datetime, Decimal]]]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with tiny_project(tmp_path_factory.mktemp("tiny")) as settings:
        score(settings)
        yield settings


@pytest.fixture(scope="module")
def histories(tiny: Settings) -> list[History]:
    with open_database(tiny.published_database, read_only=True) as database:
        return read_histories(database, None)


def explain(*arguments: str) -> Any:
    result = leadscore("explain", *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout, parse_float=Decimal, parse_int=Decimal)


def history_of(histories: list[History], model_id: str, contact_id: str) -> History:
    return next(h for h in histories if (h.model_id, h.contact_id) == (model_id, contact_id))


def entry(explanation: Explanation, entry_id: str) -> Any:
    return next(e for e in explanation.entries if entry_id in e.entry.entry_id)


def published_changes(settings: Settings) -> Changes:
    """The score at any instant, as the project's own history has it."""
    changes: Changes = defaultdict(list)
    with open_database(settings.database, read_only=True) as database:
        for model_id, contact_id, value, changed_at in database.execute(
            """
            select models.model_id, contacts.contact_id, changes.score, changes.valid_from
            from store.int_score_changes as changes
            inner join configuration.config_models as models using (model_number)
            inner join store.int_contact_keys as contacts using (contact_key)
            order by changes.valid_from
            """
        ):
            changes[model_id, contact_id].append((changed_at, value))
    return changes


def assert_adds_up(explanation: Explanation, expected: Decimal | None) -> None:
    """The printed object alone leads from its entries to the score."""
    told = explanation_object(explanation)
    where = (told["model_id"], told["contact_id"], told["at"])
    counting = [e for e in told["entries"] if e["state"] == "counts"]
    assert sum((e["points"] for e in counting), Decimal(0)) == told["unlimited_score"], where
    sums: dict[str | None, Decimal] = defaultdict(Decimal)
    for e in counting:
        sums[e["category"]] += e["points"]
    total = Decimal(0)
    model = [limit for limit in told["limits"] if limit["category"] is None]
    for limit in told["limits"]:
        if limit["category"] is not None:
            assert limit["points"] == sums.pop(limit["category"], Decimal(0)), where
            total += limit["kept"]
    assert told["other_points"] == sum(sums.values(), Decimal(0)), where
    assert told["total"] == total + told["other_points"], where
    last = model[0]["kept"] if model else told["total"]
    assert told["score"] == expected, where
    if expected is not None:
        assert abs(last - expected) <= Decimal("0.005"), where


def assert_every_history_adds_up(settings: Settings, dice: random.Random, count: int) -> int:
    """Look at so many instants by chance of each history, and at some of its changes."""
    changes = published_changes(settings)
    with open_database(settings.published_database, read_only=True) as database:
        histories = read_histories(database, None)
        scores = {
            (row["model_id"], row["contact_id"]): row for row in database.records("from marts.contact_scores")
        }
        forecasts = forecast_rows(database)
    assert {(h.model_id, h.contact_id) for h in histories} == set(scores)
    for history in histories:
        key = history.model_id, history.contact_id
        now = explained(history, history.as_of)
        row = scores[key]
        assert (now.score, now.arithmetic.unlimited) == (row["score"], row["unlimited_score"]), key
        assert (now.band.band_id if now.band else None) == row["band_id"], key
        assert (now.upcoming[0].changes_at if now.upcoming else None) == row["next_change_at"], key
        assert [(c.changes_at, c.score) for c in history.changes] == changes[key], key
        upcoming = explanation_object(now)["upcoming"]
        near = [u for u in upcoming if u["changes_at"] <= history.as_of + timedelta(days=30)]
        columns = ("changes_at", "score", "from_band_id", "to_band_id")
        assert [tuple(u[column] for column in columns) for u in near] == forecasts[key], key
        span = history.as_of + AHEAD - history.began_at
        instants = [history.began_at + dice.uniform(-0.02, 1) * span for _ in range(count)]
        for at in [*instants, *dice.sample([t for t, _ in changes[key]], min(2, len(changes[key])))]:
            past = [value for changed_at, value in changes[key] if changed_at <= at]
            assert_adds_up(explained(history, at), past[-1] if past else None)
    return len(histories)


def forecast_rows(database: Database) -> dict[tuple[str, str], list[tuple[object, ...]]]:
    rows: dict[tuple[str, str], list[tuple[object, ...]]] = defaultdict(list)
    for model_id, contact_id, *row in database.execute(
        "select model_id, contact_id, changes_at, score, from_band_id, to_band_id "
        "from marts.score_forecast order by changes_at"
    ):
        rows[model_id, contact_id].append(tuple(row))
    return rows


def test_it_adds_up_at_any_instant_past_and_to_come(tiny: Settings) -> None:
    assert assert_every_history_adds_up(tiny, random.Random(7), 10) == 7


@pytest.mark.end_to_end
def test_it_adds_up_for_everybody_in_the_demo(demo: Demo) -> None:
    settings = Settings.from_environment({"LEADSCORE_DATABASE": str(demo.database)})
    assert assert_every_history_adds_up(settings, random.Random(8), 2) > 10_000


def test_the_states_of_entries(histories: list[History]) -> None:
    history = history_of(histories, "lead", "ann")
    now = explained(history, history.as_of)
    assert {e.state for e in now.entries} == set(State)

    wiped = entry(now, "open-3")
    assert (wiped.state, wiped.wiped_by) == (State.WIPED, "manual:m-set")
    assert wiped.reason == "set to 33.335 by Manual edit (Eve: a 'clean' start) at 2026-04-01 12:00:00"
    assert entry(now, "manual:m-early").wiped_by == "manual:m-set"
    assert entry(now, "manual:m-set").state is State.COUNTS
    assert entry(explained(history, datetime(2026, 3, 30)), "manual:m-set").state is State.NOT_YET

    steps = sorted(
        (e for e in now.entries if e.entry.activity_id == "complaint-135"), key=lambda e: e.entry.valid_from
    )
    assert [e.state for e in steps] == [State.EXPIRED, State.COUNTS, State.NOT_YET, State.NOT_YET]
    assert steps[0].reason == "decayed further"
    afterwards = explained(history, datetime(2026, 8, 1)).entries
    last = max(
        (e for e in afterwards if e.entry.activity_id == "complaint-135"), key=lambda e: e.entry.valid_from
    )
    assert (last.state, last.reason) == (State.EXPIRED, "expired")
    assert {e.reason for e in afterwards if e.entry.rule_id == "busy" and e.state is State.EXPIRED} == {
        "no longer holds"
    }


def test_json_of_one_model_is_the_object_itself(tiny: Settings) -> None:
    told = explain("ann", "--model", "lead")
    assert told["as_of"] == told["at"] == "2026-06-01T00:00:00"
    assert told["entries"]
    assert sum(e["points"] for e in told["entries"] if e["state"] == "counts") == told["unlimited_score"]
    added = next(e for e in told["entries"] if e["entry_id"] == "manual:m-add")
    assert (added["note"], added["author"]) == ('was "old"; drop table x', "Eve")
    assert [(edit["adjustment_id"], edit["status"]) for edit in told["uncounted_edits"]] == [
        ("m-deleted", "deleted"),
        ("m-later", "later"),
    ]
    # bob is in the audience of one model only
    assert explain("bob")["model_id"] == "lead"
    assert [m["model_id"] for m in explain("ann")["models"]] == ["exact", "lead"]
    assert explain("d'arcy")["contact_id"] == "d'arcy"


def test_limits_say_what_is_kept_and_mark_entries(tiny: Settings) -> None:
    over = explain("ann", "--model", "lead", "--at", "2026-03-14")
    email = next(limit for limit in over["limits"] if limit["category"] == "email")
    assert {limit["category"] for limit in over["limits"]} == {"email", "fit", None}
    assert (email["points"] > 10, email["kept"], email["is_cut"]) == (True, 10, True)
    assert {e["over_limit"] for e in over["entries"] if e["category"] == "email"} == {True}
    table = leadscore("explain", "ann", "--model", "lead", "--at", "2026-03-14").stdout
    assert f"email: {email['points']:.2f} kept to 10.00 by its limit" in table
    assert "email (over its limit)" in table
    # an empty category is worth what its limit leaves of nothing
    bob = explain("bob")
    fit = next(limit for limit in bob["limits"] if limit["category"] == "fit")
    assert (fit["points"], fit["kept"], fit["is_cut"]) == (0, 5, True)


def test_before_the_history_there_is_no_score(tiny: Settings) -> None:
    told = explain("bob", "--at", "2026-01-01T00:00:00Z")
    assert (told["score"], told["band_id"], {e["state"] for e in told["entries"]}) == (
        None,
        None,
        {"not yet"},
    )
    assert "no score: its history begins at" in leadscore("explain", "bob", "--at", "2026-01-01").stdout
    # an activity before created_at begins the history
    assert explain("d'arcy", "--model", "lead")["history_began_at"] == "2025-12-23T12:00:00"


def test_the_future_holds_if_nothing_more_happens(tiny: Settings) -> None:
    result = leadscore("explain", "ann", "--model", "lead", "--at", "2027-06-01T02:00:00+02:00")
    assert "if nothing more happens" in result.stdout
    told = explain("ann", "--model", "lead", "--at", "2027-06-01T02:00:00+02:00")
    assert (told["at"], told["upcoming"]) == ("2027-06-01T00:00:00", [])
    assert all(change["is_forecast"] for change in explain("ann", "--model", "lead")["upcoming"])


def test_the_table_groups_many_entries_and_shows_each_with_all(tiny: Settings) -> None:
    short = leadscore("explain", "ann", "--model", "lead").stdout
    long = leadscore("explain", "ann", "--model", "lead", "--all").stdout
    assert "entries by rule" in short
    assert "open-3" not in short
    assert "open-3" in long
    assert "Hot [now]" in long
    assert "a mistake" in short


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["nobody"], 2, "no such contact in the last publication"),
        (["stranger"], 2, "It may be waiting"),
        (["old"], 2, "merged into 'ann'"),
        (["gone"], 2, "it is deleted"),
        (["bob", "--model", "exact"], 2, "outside the audience of exact"),
        (["ann", "--model", "x'; drop"], 2, "Known are: exact, lead."),
        (["ann", "--at", "tomorrow"], 2, "'--at': 'tomorrow' is not an instant. Write it like 2026-10-31"),
        ([], 2, "CONTACT"),
    ],
)
def test_what_can_not_be_explained(tiny: Settings, arguments: list[str], code: int, told: str) -> None:
    result = leadscore("explain", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert told.lower() in result.stderr.lower()


def test_nothing_published_exits_with_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADSCORE_DATABASE", str(tmp_path / "none.duckdb"))
    monkeypatch.setenv("LEADSCORE_PUBLISHED", str(tmp_path / "none"))
    result = leadscore("explain", "ann")
    assert (result.exit_code, "Run `leadscore run` first" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("rule_points", "per_step", "first_points", "points", "times", "remark"),
    [
        ("5", "2.5000000000", "15", "15", "3", "5 x 3 (2.5 of transaction.amount)"),
        ("-5", "2.5", "-15", "-15", "3", "-5 x 3 (2.5 of transaction.amount)"),
        ("5", "2.5", "0", "0", "0", "5 x 0 (2.5 of transaction.amount)"),
        ("0.01", None, "0.25995", "0.25995", "25.995", "0.01 x 25.995 (transaction.amount)"),
        ("-1", None, "2", "1", "-2", "-1 x -2 (transaction.amount), decayed"),
        ("100", None, "33.333333", "33.333333", "0.33333333", "100 x 0.33333333 (transaction.amount)"),
        ("0", None, "0", "0", None, ""),
    ],
)
def test_points_per_number_are_told_with_their_product(
    rule_points: str, per_step: str | None, first_points: str, points: str, times: str | None, remark: str
) -> None:
    told = Entry(
        entry_id="rule:r:1:0",
        entry_type="activity",
        rule_id="r",
        title="Spent",
        recurrence="every",
        activity_id="1",
        asset=None,
        category=None,
        operation="add",
        points=Decimal(points),
        note=None,
        author=None,
        valid_from=datetime(2026, 1, 1),
        valid_to=None,
        ends_at=None,
        per_field="transaction.amount",
        per_step=None if per_step is None else Decimal(per_step),
        rule_points=Decimal(rule_points),
        first_points=Decimal(first_points),
    )
    assert told.times == (None if times is None else Decimal(times))
    assert _remarks(StatedEntry(told, State.COUNTS)) == remark
