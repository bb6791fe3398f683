"""Rules and segments about people's age: points come and go on birthdays, without new rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import duckdb
import pytest
from drawn_pages import drawn, html_of
from leadscore.page.app import PAGES
from leadscore.page.options import PageOptions
from leadscore.runs.run import RunRequest, run_once
from leadscore.settings import Settings
from tiny_project import AS_OF, SEEDS, leadscore, tiny_project
from workspaces import write_seeds

LATER = AS_OF.replace(month=7)
PRIME = [("contact.age", ">=", "30"), ("contact.age", "<=", "50")]
CONDITIONS = [
    {"clause": "1", "field": field, "operator": operator, "value": value} for field, operator, value in PRIME
]
AGE_SEEDS = {
    **SEEDS,
    "scoring_rules": [
        *SEEDS["scoring_rules"],
        {"rule_id": "prime", "title": "30 to 50", "points": "10", "trigger": "profile"}
        | {"model_id": "exact", "operation": "add"},
    ],
    "model_conditions": [],
    "rule_conditions": [*SEEDS["rule_conditions"], *({"rule_id": "prime"} | row for row in CONDITIONS)],
    "segments": [{"segment_id": "prime", "requires_consent": "false"}],
    "segment_conditions": [{"segment_id": "prime"} | row for row in CONDITIONS],
}
BORN = {"thirty": "1996-06-15", "fifty": "1975-06-15", "forty": "1986-01-01", "nobody_knows": None}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Two runs, a month apart, with nothing new between them; one publication is kept beside the other."""
    folder = tmp_path_factory.mktemp("age")
    with tiny_project(folder) as settings:
        write_seeds(settings.seeds, AGE_SEEDS)
        with duckdb.connect(str(settings.database)) as connection:
            connection.execute("alter table raw.contacts add column birth_date varchar")
            for contact_id, birth_date in BORN.items():
                connection.execute(
                    "insert into raw.contacts by name select ? as contact_id, '2026-01-01' as created_at, "
                    "? as birth_date, timestamp '2026-05-01' as loaded_at",
                    [contact_id, birth_date],
                )
        yield settings


@pytest.fixture(scope="module")
def before(settings: Settings) -> dict[str, Any]:
    """What is told in June."""
    assert run_once(settings, RunRequest(as_of=AS_OF), lambda _: None).kind == "full"
    return told(settings)


@pytest.fixture(scope="module")
def after(settings: Settings, before: dict[str, Any]) -> dict[str, Any]:
    """What is told in July."""
    assert run_once(settings, RunRequest(as_of=LATER), lambda _: None).kind == "incremental"
    return told(settings)


def told(settings: Settings) -> dict[str, Any]:
    """What is published of those whose age is told: scores, entries, members, forecast."""
    queries = {
        "scores": "contact_id, score, next_change_at from marts.contact_scores where model_id = 'exact'",
        "ledger": "contact_id, valid_from, valid_to from marts.fct_score_ledger where rule_id = 'prime'",
        "members": "contact_id from marts.segment_members",
        "forecast": "contact_id, changes_at, score from marts.score_forecast where model_id = 'exact'",
    }
    with duckdb.connect(str(settings.published_database), read_only=True) as connection:
        found = {
            name: [row for row in connection.execute(f"select {query}").fetchall() if row[0] in BORN]
            for name, query in queries.items()
        }
    explained = {
        contact_id: json.loads(leadscore("explain", contact_id, "--model", "exact", "--json").stdout)
        for contact_id in BORN
    }
    return {**{name: sorted(rows) for name, rows in found.items()}, "explained": explained}


def score(of: dict[str, Any], contact_id: str) -> tuple[float, list[str], list[str]]:
    """What `explain` tells: the score, the states of its entries, when it changes."""
    explained = of["explained"][contact_id]
    changes = [row["changes_at"] for row in explained["upcoming"]]
    return explained["score"], [row["state"] for row in explained["entries"]], changes


def test_points_come_and_go_on_birthdays(before: dict[str, Any], after: dict[str, Any]) -> None:
    birthday = "2026-06-15T00:00:00"
    assert score(before, "thirty") == (0, ["not yet"], [birthday, "2047-06-15T00:00:00"])
    assert score(after, "thirty") == (10, ["counts"], ["2047-06-15T00:00:00"])
    assert score(before, "fifty") == (10, ["counts"], [birthday])
    assert score(after, "fifty") == (0, ["expired"], [])
    assert score(before, "forty") == score(after, "forty") == (10, ["counts"], ["2037-01-01T00:00:00"])
    assert score(before, "nobody_knows") == score(after, "nobody_knows") == (0, [], [])


def test_they_are_known_ahead(before: dict[str, Any], after: dict[str, Any]) -> None:
    birthday = datetime(2026, 6, 15)
    assert before["forecast"] == [("fifty", birthday, 0), ("thirty", birthday, 10)]
    assert after["forecast"] == []
    assert {row[0]: row[2] for row in before["scores"]} == {
        "thirty": birthday, "fifty": birthday, "forty": datetime(2037, 1, 1), "nobody_knows": None,
    }  # fmt: skip
    assert before["ledger"] == after["ledger"]


def test_members_are_as_old_as_they_are_at_as_of(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert before["members"] == [("fifty",), ("forty",)]
    assert after["members"] == [("forty",), ("thirty",)]


def test_an_increment_equals_a_full_refresh(settings: Settings, after: dict[str, Any]) -> None:
    run_once(settings, RunRequest(as_of=LATER, full_refresh=True), lambda _: None)
    assert told(settings) == after


@pytest.mark.usefixtures("after")
def test_it_is_shown(settings: Settings) -> None:
    table = leadscore("explain", "fifty", "--model", "exact").stdout
    assert "30 to 50" in table
    assert "no longer holds" in table
    for name in PAGES:
        page = drawn(PageOptions(settings), name, contact="fifty")
        assert not page.exception, name
    rules = drawn(PageOptions(settings), "rules", model="Exact", rule_exact="30 to 50")
    assert "contact.age" in html_of(rules)
