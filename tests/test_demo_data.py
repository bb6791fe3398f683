"""The demo data is the same every time, as large as promised, and has every oddity of real data."""

import csv
import json
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from leadscore.demo import oddities as demo_oddities
from leadscore.demo.dataset import Batch
from leadscore.demo.shop import DEMO_AS_OF, write_demo_data

SEEDS = Path(__file__).parent.parent / "seeds"
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> list[Batch]:
    return write_demo_data(tmp_path_factory.mktemp("demo"))


def table(batch: Batch, name: str) -> Rows:
    with batch.files[name].open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def events(batch: Batch) -> list[dict[str, object]]:
    return [json.loads(line) for line in batch.files["events"].read_text(encoding="utf-8").splitlines()]


def seed(name: str) -> Rows:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def current_versions(rows: Rows) -> dict[str, dict[str, str]]:
    """The last row of each contact; they are written in order of time."""
    return {row["contact_id"]: row for row in rows}


def test_the_same_bytes_come_twice(batches: list[Batch], tmp_path: Path) -> None:
    for first, second in zip(batches, write_demo_data(tmp_path), strict=True):
        assert first.name == second.name
        for name, file in first.files.items():
            assert file.read_bytes() == second.files[name].read_bytes(), name


def test_it_is_as_large_as_promised(batches: list[Batch]) -> None:
    main, late = batches
    contacts = {row["contact_id"] for batch in batches for row in table(batch, "contacts")}
    assert len(contacts) == pytest.approx(2_000, rel=0.03)
    assert len(events(main)) + len(events(late)) == pytest.approx(60_000, rel=0.05)
    assert len(table(main, "transactions")) == pytest.approx(8_000, rel=0.05)


def test_everything_happened_within_two_years_before_as_of(batches: list[Batch]) -> None:
    as_of = datetime.fromisoformat(DEMO_AS_OF)
    for event in events(batches[0])[: -len(demo_oddities.BAD_EVENTS)]:
        occurred_at = datetime.fromisoformat(str(event["occurred_at"]))
        assert datetime.fromisoformat("2024-10-01T00:00:00Z") < occurred_at < as_of


def test_some_events_come_twice_some_late_and_some_late_again(batches: list[Batch]) -> None:
    main, late = events(batches[0]), events(batches[1])
    in_time = Counter(event.get("event_id") for event in main)
    assert sum(count - 1 for count in in_time.values()) == demo_oddities.DUPLICATED_EVENTS
    again = [event for event in late if event["event_id"] in in_time]
    assert len(again) == demo_oddities.RESENT_EVENTS
    assert len(late) - len(again) == demo_oddities.LATE_EVENTS
    assert any(event.get("page_path") == "/changed-on-the-way" for event in again)


def test_visitors_are_identified_later_some_as_two_contacts_and_some_never(batches: list[Batch]) -> None:
    seen_as: dict[object, set[object]] = {}
    for event in events(batches[0]):
        if device := event.get("anonymous_id"):
            seen_as.setdefault(device, set()).add(event.get("contact_id"))
    identified = {device: contacts - {None} for device, contacts in seen_as.items()}
    assert sum(len(contacts) == 2 for contacts in identified.values()) > 5
    assert sum(not contacts for contacts in identified.values()) > demo_oddities.STRANGERS / 2
    assert sum(None in seen_as[device] and bool(contacts) for device, contacts in identified.items()) > 500


def test_bad_rows_are_there(batches: list[Batch]) -> None:
    main = batches[0]
    assert any(event.get("occurred_at") == "yesterday afternoon" for event in events(main))
    assert any("event_id" not in event for event in events(main))
    assert any(isinstance(event.get("properties"), str) for event in events(main))
    assert any(not row["contact_id"] for row in table(main, "contacts"))
    assert any(row["amount"] == "EUR 12,50" for row in table(main, "transactions"))
    models = {row["model_id"] for row in seed("scoring_models")}
    unknown = [row for row in table(main, "score_adjustments") if row["model_id"] not in models]
    assert [row["model_id"] for row in unknown] == ["loyalty_2019"]


def test_contacts_merge_in_chains_in_a_loop_and_into_nobody(batches: list[Batch]) -> None:
    rows = [row for batch in batches for row in table(batch, "contacts")]
    into = {key: row["merged_into"] for key, row in current_versions(rows).items() if row["merged_into"]}
    assert any(
        into.get(survivor) in into.values() and into.get(survivor) != contact
        for contact, survivor in into.items()
    )
    assert any(into.get(survivor) == contact for contact, survivor in into.items())
    assert any(survivor not in {row["contact_id"] for row in rows} for survivor in into.values())


def test_some_contacts_are_deleted_come_late_or_never(batches: list[Batch]) -> None:
    main, late = (table(batch, "contacts") for batch in batches)
    deleted = [row for row in current_versions(main + late).values() if row["deleted_at"]]
    assert len(deleted) > demo_oddities.LATE_CONTACTS
    assert len({row["contact_id"] for row in late}) == demo_oddities.LATE_CONTACTS
    known = {row["contact_id"] for row in main + late}
    active = {event.get("contact_id") for event in events(batches[0])} - {None}
    assert len(active - known) >= demo_oddities.MISSING_CONTACTS - 2


def test_lines_are_cancelled_and_refunded(batches: list[Batch]) -> None:
    main, late = (table(batch, "transactions") for batch in batches)
    assert {row["status"] for row in main} == {"completed", "cancelled", ""}
    assert {row["status"] for row in late} == {"refunded"}
    bought = {(row["transaction_id"], row["line_number"]) for row in main}
    assert {(row["transaction_id"], row["line_number"]) for row in late} <= bought


def test_scores_are_adjusted_in_every_way_and_some_of_that_is_deleted(batches: list[Batch]) -> None:
    main, late = (table(batch, "score_adjustments") for batch in batches)
    assert {"add", "subtract", "set"} <= {row["operation"] for row in main}
    assert {row["adjustment_id"] for row in late} <= {row["adjustment_id"] for row in main}
    assert all(row["deleted_at"] for row in late)


def test_machines_open_mail(batches: list[Batch]) -> None:
    by_machine = Counter(
        event["event_type"] for event in events(batches[0]) if event.get("is_machine") is True
    )
    assert by_machine["email_open"] > 1_000
    assert by_machine["page_view"] > 100


def test_every_activity_that_a_shipped_rule_looks_at_occurs(batches: list[Batch]) -> None:
    occurring = {event.get("event_type") for event in events(batches[0])} | {"transaction"}
    wanted = {kind for rule in seed("scoring_rules") for kind in rule["activity"].split("|") if kind}
    assert wanted <= occurring
