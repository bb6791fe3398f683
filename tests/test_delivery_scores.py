"""`leadscore deliver`: what tools keep of scores follows what is published, each change once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from leadscore.delivery.ledger import ledger_path
from leadscore.delivery.removals import Owed, owed_removals, receivers_by_id
from leadscore.erasure.files import erase_ledger
from leadscore.erasure.matcher import Matcher
from leadscore.erasure.person import Person
from score_world import ScoreWorld, deliver_scores, delivering_scores, told

HOT = 'Hot "now"'


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScoreWorld]:
    with delivering_scores(tmp_path, monkeypatch) as made:
        yield made


def sent(world: ScoreWorld, *arguments: str) -> list[tuple[str, str, dict[str, object]]]:
    """What the webhook is told, and that nothing waits then: contact, change, properties."""
    world.receiver.forget()
    for _ in range(2):
        done = deliver_scores(world, "webhook_scores", *arguments)
        assert done.exit_code == 0, done.output
    bodies = [request.body for request in world.receiver.accepted]
    return sorted((body["contact_id"], body["change"], body["properties"]) for body in bodies)


def test_each_change_of_a_score_is_told_once_and_only_what_changed(world: ScoreWorld) -> None:
    people = {name: {"lead": 60.0, "fit": 1.25} for name in ("ann", "bob", "cal", "dan")}
    world.publish_scores(people)
    everything = told("fit", 1.25) | told("lead", 60, HOT)
    assert sent(world) == [(name, "added", everything) for name in people]
    assert sent(world) == []
    # Of ann one score changes, bob loses one of two, cal is gone, dan stays, and eve comes with one.
    changed = {
        "ann": {"lead": 61.5, "fit": 1.25},
        "bob": {"lead": 60.0},
        "dan": people["dan"],
        "eve": {"fit": 0.0},
    }
    world.publish_scores(changed)
    assert sent(world, "--allow-removals") == [
        ("ann", "updated", told("lead", 61.5, HOT)),
        ("bob", "updated", told("fit", None)),
        ("cal", "removed", told("fit", None) | told("lead", None)),
        ("eve", "added", told("fit", 0) | {"leadscore_fit_reason": "r3 (-0.50)"}),
    ]
    keys = [request.headers["idempotency-key"] for request in world.receiver.accepted]
    assert len(set(keys)) == 4
    # cal comes back as before: that isn't what was told first.
    world.publish_scores(changed | {"cal": people["cal"]})
    assert sent(world) == [("cal", "added", everything)]
    assert world.receiver.accepted[0].headers["idempotency-key"] not in keys


def test_a_model_that_is_no_more_is_emptied_and_one_of_another_name_takes_its_place(
    world: ScoreWorld,
) -> None:
    world.publish_scores({"ann": {"lead": 60, "fit": 2}})
    sent(world)
    world.publication.execute("update marts.dim_scoring_models set model_id = 'Lead' where model_id = 'lead'")
    world.publication.execute("delete from marts.dim_scoring_models where model_id = 'fit'")
    world.publish_scores({"ann": {"Lead": 61}})
    # One model left: its only contact loses the other's score, which a guard of 30 % stops.
    done = deliver_scores(world, "webhook_scores")
    assert done.exit_code == 1 and "scores leadscore_fit: 1 of 1 contact would be removed" in done.output
    assert sent(world, "--allow-removals") == [("ann", "updated", told("fit", None) | told("lead", 61, HOT))]


@pytest.mark.parametrize(
    ("models", "told_of"),
    [
        (["lead", "Lead"], "models 'Lead' and 'lead' would both have a field leadscore_lead"),
        (["lead", "lead band"], "models 'lead' and 'lead band' would both have a field leadscore_lead_band"),
        (["评分"], "no field can be named after model '评分'"),
    ],
)
def test_a_field_has_one_model(world: ScoreWorld, models: list[str], told_of: str) -> None:
    world.publication.execute("delete from marts.dim_scoring_models")
    for model in models:
        world.publication.execute("insert into marts.dim_scoring_models values (?, null)", [model])
    done = deliver_scores(world, "webhook_scores")
    assert done.exit_code == 2 and told_of in done.output, done.output
    assert world.receiver.requests == []


def test_a_shrinking_set_stops_for_each_model_and_says_so(world: ScoreWorld) -> None:
    people = {f"c{number}": {"lead": 60.0, "fit": 1.0} for number in range(10)}
    world.publish_scores(people)
    sent(world)
    fewer = {
        name: {"fit": 1.0} if name in ("c1", "c2", "c3", "c4") else scores for name, scores in people.items()
    }
    world.publish_scores(fewer)
    world.receiver.forget()
    done = deliver_scores(world, "webhook_scores")
    assert done.exit_code == 1 and world.receiver.requests == []
    assert (
        "scores leadscore_lead: 4 of 10 contacts would be removed, more than max_delete_pct 30 %"
        in done.output
    )
    assert "nothing was sent" in done.output and "--allow-removals" in done.output
    assert len(sent(world, "--allow-removals")) == 4


def test_a_rejected_row_waits_and_is_tried_again_as_it_is_then(world: ScoreWorld) -> None:
    world.publish_scores({name: {"lead": 60} for name in ("ann", "bob")})
    world.receiver.answer = lambda request: (
        (422, "ann is locked", {}) if request.body["contact_id"] == "ann" else (200, "", {})
    )
    done = deliver_scores(world, "webhook_scores")
    assert done.exit_code == 1 and "1 row was not accepted and waits" in done.output and "422" in done.output
    [found] = json.loads(deliver_scores(world, "webhook_scores", "--json").stdout)
    [rejected] = found["rejected"]
    assert (rejected["contact_id"], rejected["about"], rejected["attempts"]) == ("ann", "scores", 2)
    world.publish_scores({"ann": {"lead": 70}, "bob": {"lead": 60}})
    world.receiver.answer = lambda request: (200, "", {})
    assert sent(world) == [("ann", "added", told("lead", 70, HOT))]
    assert world.ledger("from deliveries.rejected") == []


def test_a_receiver_that_is_down_is_asked_three_times_and_loses_nothing(world: ScoreWorld) -> None:
    world.change("webhook_scores", retry={"max_attempts": 1}, rate_limit={"requests_per_second": 0})
    world.publish_scores({f"c{number}": {"lead": 60} for number in range(10)})
    world.receiver.answer = lambda request: (503, "maintenance", {})
    done = deliver_scores(world, "webhook_scores")
    assert done.exit_code == 1 and len(world.receiver.requests) == 3 and "10 rows wait" in done.output
    world.receiver.answer = lambda request: (200, "", {})
    assert len(sent(world)) == 10


def test_segments_and_scores_of_one_receiver_leave_each_others_rejections_alone(
    world: ScoreWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADSCORE_WEBHOOK_URL", f"{world.receiver.url}/hook")
    for name in ("webhook_scores", "segment_webhook"):
        path = world.syncs / f"{name}.yml"
        path.write_text(path.read_text(encoding="utf-8") + "\ntags: ['receiver:one']\n", encoding="utf-8")
    world.publish((1, "ann", "added", 1))
    world.publish_scores({"ann": {"lead": 60}})
    world.receiver.answer = lambda request: (422, "no", {})
    for name in ("webhook_scores", "segment_webhook", "webhook_scores"):
        assert deliver_scores(world, name).exit_code == 1
    attempts = world.ledger("select about, attempts from deliveries.rejected order by about")
    assert attempts == [("s", 1), ("scores", 2)]


def test_what_waits_can_be_taken_for_told(world: ScoreWorld) -> None:
    world.publish_scores({"ann": {"lead": 60}})
    assert deliver_scores(world, "webhook_scores", "--mark-delivered").exit_code == 0
    assert sent(world) == []


def test_who_was_erased_is_emptied_first_whatever_the_guards_say(world: ScoreWorld) -> None:
    names = ("c-0000000003", "c-0000000004", "c-0000000005")
    world.change("webhook_scores", guards={"max_deletes": 0})
    world.publish_scores({name: {"lead": 60, "fit": 1} for name in names})
    sent(world)
    world.publish_scores({name: {"lead": 60, "fit": 1} for name in names[1:]})
    person = Person(names[0], (names[0],), (f"{names[0]}@example.com",), (), (), (), ())
    path = ledger_path(world.database)
    erase_ledger(path, Matcher(person), print, by_id=receivers_by_id(world.syncs))
    owed = owed_removals(path, [names[0]])
    assert owed == [Owed("webhook_scores", scores=("leadscore_fit", "leadscore_lead"))]
    world.receiver.answer = lambda request: (500, "down", {})
    done = deliver_scores(world, "webhook_scores")
    assert done.exit_code == 1 and "1 removal of who was erased not accepted" in done.output
    assert owed_removals(path, [names[0]]) == owed
    world.receiver.answer = lambda request: (200, "", {})
    assert sent(world) == [(names[0], "removed", told("fit", None) | told("lead", None))]
    assert owed_removals(path, [names[0]]) == [] and names[0].encode() not in path.read_bytes()
