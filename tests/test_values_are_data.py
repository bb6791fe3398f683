"""Whatever a seed or a raw row holds is data: quotes, Jinja and 100 kB of text change no other score."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest
from workspaces import Workspace, write_seeds

LONG = "long " * 20_000
# Each of these is an id, a title, an event type, a value of a condition, a JSON key and a note at once.
NASTY = [
    "it's; drop table raw.events; --",
    'say "hi", twice""',
    "{{ 1 / 0 }} {% endmacro %} {% raw %} {# no #}",
    "{{ var('x') }}}}",
    "back\\slash \\' \\\" \\n",
    "two\nlines\n-- rule: x\n/* and */ more */",
    "lines\u2028as others\x85break\x0bthem",
    "*/ select 1; /*",
    "$$ $1 ? :name %s %(x)s",
    "50%_ [a-z]* ^x$ (",
    "tab\there, é—ü 😀 \u200b",
    "--",
    "'",
    '"',
    "`",
    "\\",
]
# A line break or a tab is no part of an id: validation refuses it.
IDS = {value: re.sub("[\\n\\t\\v\\x85\u2028]", "\u21b5", value) for value in NASTY}
POINTS = {value: number for number, value in enumerate(NASTY, start=1)}
AS_OF = "2026-02-01"
HARMLESS = "harmless"
# Only in raw rows: in a seed dbt takes this text for an empty cell.
NULL = "null"


def key_of(value: str) -> str:
    """A JSON key: dots part the keys of a path, so a key has none."""
    return value.replace(".", "")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """One build of a configuration and of raw rows that consist of such values."""
    folder = tmp_path_factory.mktemp("data")
    rules, conditions = [], []
    for value, points in POINTS.items():
        rule = {
            "rule_id": IDS[value],
            "model_id": "nasty",
            "title": value,
            "description": value,
            "operation": "add",
            "points": str(points),
        }
        rules.append(
            rule
            | {
                "category": value,
                "trigger": "activity",
                "activity": value.replace("|", ""),
                "once_per": "event.page_path",
            }
        )
        conditions += [
            {
                "rule_id": IDS[value],
                "clause": value,
                "field": "event.page_path",
                "operator": "=",
                "value": value,
            },
            {
                "rule_id": IDS[value],
                "clause": value,
                "field": f"event.properties.{key_of(value)}",
                "operator": "contains",
                "value": value,
            },
            {
                "rule_id": IDS[value],
                "clause": value,
                "field": f"contact.attributes.{value}",
                "operator": "=",
                "value": value,
            },
            {
                "rule_id": IDS[value],
                "clause": value,
                "field": "contact.job_title",
                "operator": "in",
                "value": f"x|{value}|y",
            },
        ]
    seeds = {
        "scoring_models": [
            {"model_id": "nasty", "title": NASTY[0], "description": LONG},
            {"model_id": NASTY[2], "title": NASTY[1], "starting_points": "7"},
        ],
        "scoring_rules": rules,
        "rule_conditions": conditions,
        "category_limits": [{"model_id": "nasty", "category": NASTY[0], "maximum": "0.5"}],
        "score_bands": [
            {
                "model_id": NASTY[2],
                "band_id": IDS[value],
                "title": value,
                "action": value,
                "from_score": str(points),
                "up_to": str(points),
            }
            for value, points in POINTS.items()
        ],
    }
    workspace = Workspace(folder, write_seeds(folder / "seeds", seeds))
    people = [*NASTY, HARMLESS, NULL]
    workspace.load(
        "contacts",
        [
            {"contact_id": value, "created_at": "2026-01-01", "job_title": value,
             "attributes": json.dumps({value: value, "n": LONG}), "loaded_at": "2026-01-01"}
            for value in people
        ],
    )  # fmt: skip
    workspace.load(
        "events",
        [event(value, value, value) for value in NASTY]
        + [event(HARMLESS, HARMLESS, NASTY[0]), event(LONG, LONG, NASTY[0])],
    )
    workspace.load(
        "transactions",
        [
            {
                "transaction_id": value,
                "line_number": "1",
                "contact_id": value,
                "ordered_at": "2026-01-05",
                "amount": value,
                "loaded_at": "2026-01-06",
            }
            for value in people
        ],
    )
    workspace.load(
        "score_adjustments",
        [
            {"adjustment_id": value, "model_id": NASTY[2], "contact_id": value, "operation": "add",
             "points": str(points), "note": value + LONG, "author": value,
             "adjusted_at": "2026-01-10", "loaded_at": "2026-01-10"}
            for value, points in POINTS.items()
        ],
    )  # fmt: skip
    workspace.build(as_of=AS_OF)
    return workspace


def event(value: str, event_type: str, contact_id: str) -> dict[str, str]:
    """An event whose every text is a value."""
    return {
        "event_id": value,
        "event_type": event_type,
        "occurred_at": "2026-01-05",
        "contact_id": contact_id,
        "anonymous_id": value,
        "page_path": value,
        "properties": json.dumps({key_of(value): f"before {value} after", "other": LONG}),
        "loaded_at": "2026-01-05",
    }


def test_each_contact_gets_the_points_of_the_rule_that_names_its_values(built: Workspace) -> None:
    rows = built.rows(
        "select contact_id, score, unlimited_score from marts.contact_scores where model_id = 'nasty'"
    )
    unlimited = {row["contact_id"]: row["unlimited_score"] for row in rows}
    assert unlimited == {HARMLESS: 0, NULL: 0} | POINTS
    # The first has a category that is limited to half a point; nobody else's is.
    assert {row["contact_id"]: row["score"] for row in rows} == unlimited | {NASTY[0]: Decimal("0.5")}


def test_starting_points_edits_and_bands_of_a_model_with_such_an_id_count(built: Workspace) -> None:
    rows = built.rows(f"select * from marts.contact_scores where model_id = '{NASTY[2]}'")
    bands = {points: (IDS[value], value, value) for value, points in POINTS.items()}
    assert {row["contact_id"]: row["score"] for row in rows} == {HARMLESS: 7, NULL: 7} | {
        value: 7 + points for value, points in POINTS.items()
    }
    for row in rows:
        band = bands.get(int(row["score"]), (None, None, None))
        assert (row["band_id"], row["band_title"], row["action"]) == band


def test_the_ledger_names_rules_activities_notes_and_authors_as_they_are(built: Workspace) -> None:
    entries = built.rows("select * from marts.fct_score_ledger")
    activity = {
        (row["contact_id"], row["rule_id"], row["activity_id"], row["category"])
        for row in entries
        if row["entry_type"] == "activity"
    }
    assert activity == {(value, IDS[value], value, value) for value in NASTY}
    manual = {
        (row["contact_id"], row["note"], row["author"]) for row in entries if row["entry_type"] == "manual"
    }
    assert manual == {(value, value + LONG.rstrip(), value) for value in NASTY}
    assert len({row["entry_id"] for row in entries}) == len(entries)


def test_unreadable_values_are_rejected_and_kept_as_they_are(built: Workspace) -> None:
    rejected = built.rows("select row_key, row_json, reason from marts.rejected_rows")
    assert {row["row_key"] for row in rejected} == {f"{value}:1" for value in [*NASTY, HARMLESS, NULL]}
    for row in rejected:
        assert json.loads(row["row_json"])["amount"] == row["row_key"].removesuffix(":1")


def test_nothing_of_a_raw_value_stands_in_any_sql(built: Workspace) -> None:
    compiled = list((built.target / "compiled").rglob("*.sql"))
    assert compiled
    for path in compiled:
        sql = path.read_text(encoding="utf-8")
        assert HARMLESS not in sql, path
        assert LONG not in sql, path
