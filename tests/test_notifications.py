"""Notifications: entering a band is told once, whatever wobbles, comes late, or is built anew."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from workspaces import Workspace, write_seeds

Cells = dict[str, str]
MODEL: Cells = {"model_id": "sales", "title": "Sales"}
RULES: list[Cells] = [
    {"rule_id": "visit", "title": "Visited", "points": "60", "activity": "visit", "expires_after": "1 day"},
    {"rule_id": "mail", "title": "Opened a mail", "points": "10.5", "activity": "open"},
]
BANDS: list[Cells] = [
    {"band_id": "cold", "below": "0", "notify": "true"},
    {"band_id": "middle", "from_score": "0", "below": "50"},
    {"band_id": "hot", "title": "Hot", "from_score": "50", "action": "Call", "notify": "true"}
    | {"notify_again_after": "5 days"},
]
UNFINISHED = "run_state+"
# The outbox and what it is made of, and the record of runs.
OUTBOX = "+notifications run_state"


def seeds(folder: Path, bands: list[Cells] = BANDS) -> Path:
    return write_seeds(
        folder,
        {
            "scoring_models": [MODEL],
            "scoring_rules": [
                {"model_id": "sales", "operation": "add", "trigger": "activity"} | rule for rule in RULES
            ],
            "score_bands": [{"model_id": "sales"} | band for band in bands],
        },
    )


def visit(name: str, contact_id: str, day: int, *, loaded: int | None = None, kind: str = "visit") -> Cells:
    return {
        "event_id": name,
        "event_type": kind,
        "contact_id": contact_id,
        "occurred_at": f"2026-03-{day:02} 12:00:00",
        "loaded_at": f"2026-03-{loaded or day:02} 13:00:00",
    }


def add(workspace: Workspace, *rows: Cells) -> None:
    with duckdb.connect(str(workspace.database)) as connection:
        for row in rows:
            connection.execute(
                f"insert into raw.events ({', '.join(row)}) values ({', '.join('?' * len(row))})",
                list(row.values()),
            )


def told(workspace: Workspace, contact_id: str, where: str = "true") -> list[tuple[str, int]]:
    """The band and the day of each notification of a contact."""
    rows = workspace.rows(
        f"from marts.notifications where contact_id = '{contact_id}' and {where} order by transitioned_at"
    )
    return [(row["band_id"], row["transitioned_at"].day) for row in rows]


def delivered(workspace: Workspace, contact_id: str, day: int) -> None:
    """Record a delivery as `leadscore deliver` does."""
    with duckdb.connect(str(workspace.database)) as connection:
        connection.execute(
            """
            create table if not exists state.notification_deliveries (
                model_id varchar, contact_id varchar, band_id varchar, reasons varchar, action varchar,
                score decimal(28, 2), recorded_after_run bigint, transitioned_at timestamp,
                delivered_at timestamp
            )
            """
        )
        connection.execute(
            "insert into state.notification_deliveries "
            "select model_id, contact_id, band_id, reasons, action, score, "
            "(select max(run_number) from state.run_state), transitioned_at, timestamp '2026-04-01' "
            "from marts.notifications "
            "where contact_id = ? and day(transitioned_at) = ?",
            [contact_id, day],
        )


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """After a first run on 6 March: Ann had been hot, cooled down, and was hot again within her cool-down."""
    folder = tmp_path_factory.mktemp("notifications")
    made = Workspace(folder, seeds(folder / "seeds"))
    people = ("ann", "bob", "cleo", "dirk")
    made.load(
        "contacts",
        [
            {"contact_id": name, "created_at": "2026-01-01", "loaded_at": "2026-03-01 00:00:00"}
            for name in people
        ],
    )
    made.load("events", [visit("a1", "ann", 1), visit("a2", "ann", 4), visit("b1", "bob", 2, kind="open")])
    made.build(select=OUTBOX, as_of="2026-03-06")
    return made


def test_history_is_in_the_outbox_but_nobody_is_told_of_it(workspace: Workspace) -> None:
    assert told(workspace, "ann") == [("hot", 1)]
    assert told(workspace, "ann", "is_due") == []
    [row] = workspace.rows("from marts.notifications")
    assert (row["reasons"], row["action"], float(row["score"])) == ("Visited (+60)", "Call", 60.0)
    assert row["delivered_at"] is None


def test_an_entering_after_the_first_run_is_due_once_per_cool_down(workspace: Workspace) -> None:
    add(
        workspace, visit("a3", "ann", 6), visit("b2", "bob", 6), visit("b3", "bob", 8), visit("b4", "bob", 11)
    )
    workspace.build(select=OUTBOX, as_of="2026-03-12")
    assert workspace.rows("select is_full from state.run_plan") == [{"is_full": False}]
    # Ann: the 6th is exactly five days after the 1st. Bob: the 8th lies within, the 11th doesn't.
    assert told(workspace, "ann", "is_due") == [("hot", 6)]
    assert told(workspace, "bob", "is_due") == [("hot", 6), ("hot", 11)]
    [reasons] = workspace.rows(
        "select reasons from marts.notifications where contact_id = 'bob' and day(transitioned_at) = 6"
    )
    assert reasons["reasons"] == "Visited (+60), Opened a mail (+10.50)"


def test_what_was_delivered_carries_its_instant_from_the_next_run_on(workspace: Workspace) -> None:
    delivered(workspace, "bob", 11)
    workspace.build(select=OUTBOX, as_of="2026-03-13")
    rows = workspace.rows(
        "select delivered_at, day(transitioned_at) as day from marts.notifications where is_due"
    )
    assert {row["day"]: row["delivered_at"] for row in rows} == {6: None, 11: datetime(2026, 4, 1)}


def test_late_rows_take_back_what_waits_and_never_what_was_delivered(workspace: Workspace) -> None:
    # On the 10th, late: 6 stays; 10 comes within the cool-down of both; 11 is already told.
    add(workspace, visit("b5", "bob", 10, loaded=13), visit("c1", "cleo", 12, loaded=13))
    workspace.build(select=OUTBOX, as_of="2026-03-14")
    assert told(workspace, "bob") == [("hot", 6), ("hot", 11)]
    assert told(workspace, "cleo", "is_due") == [("hot", 12)]
    # Now the 5th comes: 6 lies within its cool-down and goes; 5 is history. 10 would count, but was told as
    # 11, and so it still is to who hasn't heard of it.
    add(workspace, visit("b6", "bob", 5, loaded=14), visit("c2", "cleo", 9, loaded=14))
    workspace.build(select=OUTBOX, as_of="2026-03-15")
    assert told(workspace, "bob", "is_due") == [("hot", 11)]
    assert told(workspace, "bob", "delivered_at is not null") == [("hot", 11)]
    assert told(workspace, "cleo", "is_due") == [("hot", 9)]
    before = workspace.rows("from marts.notifications order by all")
    workspace.build(select=OUTBOX, full_refresh=True, as_of="2026-03-15")
    assert workspace.rows("from marts.notifications order by all") == before


@pytest.mark.thorough
def test_a_first_run_that_did_not_finish_is_not_the_first_run(tmp_path: Path) -> None:
    made = Workspace(tmp_path, seeds(tmp_path / "seeds"))
    made.load("contacts", [{"contact_id": "ann", "created_at": "2026-01-01", "loaded_at": "2026-03-01"}])
    made.load("events", [visit("a1", "ann", 1), visit("a2", "ann", 8)])
    made.build(select=OUTBOX, exclude=UNFINISHED, as_of="2026-03-02")
    made.build(select=OUTBOX, as_of="2026-03-10")
    assert told(made, "ann") == [("hot", 1), ("hot", 8)]
    assert told(made, "ann", "is_due") == []
    made.build(select=OUTBOX, as_of="2026-03-11", variables={"notify_history": True})
    assert told(made, "ann", "is_due") == [("hot", 1), ("hot", 8)]
