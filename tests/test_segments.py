"""The life of a segment over runs: what changed is told once, by runs that finished, and never forgotten."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from workspaces import Workspace, write_seeds

Cells = dict[str, str]
MODEL: Cells = {"model_id": "fit", "title": "Fit"}
RULE: Cells = {"rule_id": "city", "model_id": "fit", "operation": "add", "points": "50", "trigger": "profile"}
SEGMENTS: list[Cells] = [
    {"segment_id": "local", "title": "Local people"},
    {"segment_id": "everybody", "requires_consent": "false"},
]
CONDITIONS: list[Cells] = [
    {"segment_id": "local", "clause": "1", "field": "score.fit", "operator": ">", "value": "45"}
]
CONTACTS = {"ann": "Utrecht", "bob": "Utrecht", "cleo": "Breda", "dirk": "Breda"}
UNFINISHED = "run_state+"
# Segments and what they are made of, and the record of runs.
SEGMENTS_ALONE = "+segment_changes +segment_members +segment_contacts +dim_segments run_state"


def seeds(folder: Path, segments: list[Cells] = SEGMENTS) -> Path:
    return write_seeds(
        folder,
        {
            "scoring_models": [MODEL],
            "scoring_rules": [RULE],
            "rule_conditions": [
                {
                    "rule_id": "city",
                    "clause": "1",
                    "field": "contact.city",
                    "operator": "=",
                    "value": "Utrecht",
                }
            ],
            "segments": segments,
            "segment_conditions": [
                row for row in CONDITIONS if row["segment_id"] in [s["segment_id"] for s in segments]
            ],
        },
    )


def version(day: int, contact_id: str, city: str, *, consent: bool = True, phone: str = "1") -> Cells:
    """A version of a contact, loaded on the day on which it begins."""
    at = f"2026-03-{day:02} 00:00:00"
    return {"contact_id": contact_id, "created_at": "2026-01-01", "updated_at": at, "city": city} | {
        "phone": phone,
        "email": f"{contact_id}@example.com", "email_consent": str(consent), "loaded_at": at
    }  # fmt: skip


def opt_out(day: int, contact_id: str) -> Cells:
    """An event by which a contact unsubscribes, loaded on its day."""
    at = f"2026-03-{day:02} 00:00:00"
    return {"event_id": f"{contact_id} {day}", "event_type": "unsubscribe", "contact_id": contact_id} | {
        "occurred_at": at, "loaded_at": at
    }  # fmt: skip


def add(workspace: Workspace, *rows: Cells, table: str = "contacts") -> None:
    with duckdb.connect(str(workspace.database)) as connection:
        for row in rows:
            marks = ", ".join("?" * len(row))
            connection.execute(
                f"insert into raw.{table} ({', '.join(row)}) values ({marks})", [*row.values()]
            )


def status(workspace: Workspace, contact_id: str) -> tuple[str, str | None]:
    """Whether a contact may be mailed, and the address if it may."""
    [row] = workspace.rows(f"from marts.segment_contacts where contact_id = '{contact_id}'")
    return row["email_status"], row["email"]


def told(workspace: Workspace, day: int, segment_id: str = "local") -> dict[str, str]:
    """What the run of a day told of a segment."""
    rows = workspace.rows(
        f"from marts.segment_changes where changed_at = '2026-03-{day:02}' and segment_id = '{segment_id}'"
    )
    return {row["contact_id"]: row["change"] for row in rows}


def members(workspace: Workspace, segment_id: str = "local") -> dict[str, int]:
    """The members of a segment, and the day of March since which each belongs."""
    rows = workspace.rows(f"from marts.segment_members where segment_id = '{segment_id}'")
    return {row["contact_id"]: row["member_since"].day for row in rows}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """After a first run on 2 March."""
    folder = tmp_path_factory.mktemp("segments")
    made = Workspace(folder, seeds(folder / "seeds"))
    made.load("contacts", [version(1, name, city) for name, city in CONTACTS.items()])
    made.build(select=SEGMENTS_ALONE, as_of="2026-03-02")
    return made


def test_the_first_run_adds_everybody(workspace: Workspace) -> None:
    assert told(workspace, 2) == {"ann": "added", "bob": "added"}
    assert members(workspace) == {"ann": 2, "bob": 2}
    assert len(told(workspace, 2, "everybody")) == 4


def test_a_run_tells_what_it_changed_and_no_more(workspace: Workspace) -> None:
    add(
        workspace,
        version(3, "ann", "Utrecht", phone="2"),
        version(3, "bob", "Utrecht", consent=False),
        version(3, "cleo", "Utrecht"),
        version(3, "dirk", "Breda"),
    )
    workspace.build(select=SEGMENTS_ALONE, as_of="2026-03-04")
    assert told(workspace, 4) == {"ann": "updated", "bob": "removed", "cleo": "added"}
    assert members(workspace) == {"ann": 2, "cleo": 4}
    # Without consent he may stay in a segment that doesn't ask for it, but his address doesn't.
    assert told(workspace, 4, "everybody") == {"ann": "updated", "bob": "updated", "cleo": "updated"}
    [bob] = workspace.rows("from marts.segment_contacts where contact_id = 'bob'")
    assert (bob["email"], bob["email_on_file"], bob["email_status"]) == (
        None,
        "bob@example.com",
        "withdrawn",
    )
    workspace.build(select=SEGMENTS_ALONE, as_of="2026-03-05")
    assert told(workspace, 5) == told(workspace, 5, "everybody") == {}


def test_a_run_that_did_not_finish_leaves_nothing_and_loses_nothing(workspace: Workspace) -> None:
    add(workspace, version(6, "ann", "Breda"), version(6, "dirk", "Utrecht"))
    workspace.build(select=SEGMENTS_ALONE, exclude=UNFINISHED, as_of="2026-03-06")
    assert told(workspace, 6) == {"ann": "removed", "dirk": "added"}
    # Ann is back before a run has finished: nobody ever heard that she was gone.
    add(workspace, version(7, "ann", "Utrecht", phone="2"))
    workspace.build(select=SEGMENTS_ALONE, as_of="2026-03-08")
    assert told(workspace, 6) == {}
    assert told(workspace, 8) == {"dirk": "added"}
    assert members(workspace) == {"ann": 2, "cleo": 4, "dirk": 8}


# Of a pair with one address: what comes of Ann where the other does something, who before it had consented
# (None: had unsubscribed), and what the other does.
OTHERS: dict[str, tuple[str, str, bool | None, list[Cells]]] = {
    "opts out": ("mailable", "unsubscribed", True, []),
    "consents again": (
        "unsubscribed",
        "mailable",
        None,
        [version(4, "other", "Breda", consent=False), version(5, "other", "Breda")],
    ),
    "withdraws": ("mailable", "withdrawn", True, [version(6, "other", "Breda", consent=False)]),
    "moves away": (
        "withdrawn",
        "mailable",
        False,
        [version(7, "other", "Breda") | {"email": "elsewhere@example.com"}],
    ),
    "is merged": (
        "mailable",
        "withdrawn",
        True,
        [version(8, "other", "Breda", consent=False) | {"email": "", "merged_into": "ann"}],
    ),
}


def test_what_another_does_with_the_address_is_told_of_all_who_have_it(tmp_path: Path) -> None:
    """The second run is about the others alone: nothing of any Ann herself arrives after the first."""
    workspace = Workspace(tmp_path, seeds(tmp_path / "seeds"))
    anns = {case: f"ann, other {case}" for case in OTHERS}
    addresses = {case: f"ann{number}@example.com" for number, case in enumerate(OTHERS)}

    def of_pair(case: str, row: Cells) -> Cells:
        """A row of the other, with the pair's ids and address."""
        ids = {"contact_id": f"other {case}", "merged_into": anns[case] if row.get("merged_into") else ""}
        usual = row["email"] == "other@example.com"
        return row | ids | ({"email": addresses[case].title() + " "} if usual else {})

    mine = [
        version(1, anns[case], "Utrecht") | {"merged_into": "", "email": addresses[case]} for case in OTHERS
    ]
    workspace.load("contacts", mine)
    workspace.load("events", [opt_out(1, "nobody"), opt_out(2, "other consents again")])
    for case, (_, _, consent, _) in OTHERS.items():
        add(workspace, of_pair(case, version(1, "other", "Breda", consent=consent is not False)))
    workspace.build(select=SEGMENTS_ALONE, as_of="2026-03-02")
    for case, (before, _, _, _) in OTHERS.items():
        assert status(workspace, anns[case])[0] == before, case

    add(workspace, opt_out(3, "other opts out"), table="events")
    for case, (_, _, _, rows) in OTHERS.items():
        add(workspace, *(of_pair(case, row) for row in rows))
    workspace.build(select=SEGMENTS_ALONE, as_of="2026-03-08")
    for case, (_, after, _, _) in OTHERS.items():
        address = addresses[case] if after == "mailable" else None
        assert status(workspace, anns[case]) == (after, address), case
    assert told(workspace, 8) == dict.fromkeys(anns.values(), "updated")
    assert members(workspace) == dict.fromkeys(anns.values(), 2), "membership is a matter of her own consent"
    assert [row["is_full"] for row in workspace.rows("from state.run_plan")] == [False]


@pytest.mark.thorough
def test_a_full_refresh_keeps_the_record(workspace: Workspace) -> None:
    before = workspace.rows("from marts.segment_changes order by all")
    since = members(workspace)
    workspace.build(select=SEGMENTS_ALONE, full_refresh=True, as_of="2026-03-09")
    assert workspace.rows("from marts.segment_changes order by all") == before
    assert members(workspace) == since


def test_a_changed_segment_needs_no_full_run_and_an_inactive_one_has_no_members(workspace: Workspace) -> None:
    seeds(
        workspace.seeds,
        [SEGMENTS[0] | {"is_active": "false"}, {"segment_id": "new", "requires_consent": "true"}],
    )
    workspace.build(select=SEGMENTS_ALONE, as_of="2026-03-10")
    assert [row["is_full"] for row in workspace.rows("from state.run_plan")] == [False]
    assert set(told(workspace, 10).values()) == {"removed"}
    assert set(told(workspace, 10, "everybody")) == set(CONTACTS)
    assert members(workspace) == members(workspace, "everybody") == {}
    assert members(workspace, "new") == {"ann": 10, "cleo": 10, "dirk": 10}
    assert [row["segment_id"] for row in workspace.rows("from marts.dim_segments")] == ["new"]
