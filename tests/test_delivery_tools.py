"""`leadscore deliver`: scores as HubSpot, Klaviyo and Salesforce keep them, by their documentation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from leadscore.delivery.ledger import ledger_path
from leadscore.delivery.removals import owed_removals, receivers_by_id
from leadscore.erasure.files import erase_ledger
from leadscore.erasure.matcher import Matcher
from leadscore.erasure.person import Person
from receiver import Request
from score_world import ScoreWorld, deliver_scores, delivering_scores, told
from tools import HubSpot, Klaviyo, Salesforce
from workspaces import PROJECT

LISTS = PROJECT / "examples" / "hubspot_shopify" / "syncs" / "hubspot_lists.yml"
HOT = 'Hot "now"'


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScoreWorld]:
    with delivering_scores(tmp_path, monkeypatch) as made:
        yield made


def point_at(world: ScoreWorld, name: str, **destination: object) -> None:
    """Let a sync talk to the receiver."""
    sync = yaml.safe_load((world.syncs / f"{name}.yml").read_text(encoding="utf-8"))
    sync["destination"] |= destination
    world.write(f"{name}.yml", sync)


def ok(world: ScoreWorld, name: str, *arguments: str) -> str:
    """Deliver, and again: what was accepted isn't told twice."""
    done = deliver_scores(world, name, *arguments)
    assert done.exit_code == 0, done.output
    writes = [request for request in world.receiver.requests if is_write(request.path, request.method)]
    assert deliver_scores(world, name, *arguments).exit_code == 0
    assert [r for r in world.receiver.requests if is_write(r.path, r.method)] == writes
    return done.output


def is_write(path: str, method: str) -> bool:
    return method in ("PATCH", "PUT") or path.endswith("batch/update")


@pytest.fixture
def hubspot(world: ScoreWorld, monkeypatch: pytest.MonkeyPatch) -> HubSpot:
    monkeypatch.setenv("HUBSPOT_SCORES_TOKEN", "hub-secret")
    point_at(world, "hubspot_scores", api=world.receiver.url)
    account = HubSpot({f"c{number}@example.com": {} for number in range(10)})
    world.receiver.answer = account.answer
    assert deliver_scores(world, "hubspot_scores", "--prepare").exit_code == 0
    world.receiver.forget()
    return account


def as_text(properties: dict[str, object]) -> dict[str, str]:
    return {
        name: "" if value is None else f"{value:.12g}" if isinstance(value, float | int) else str(value)
        for name, value in properties.items()
    }


def test_prepare_says_what_hubspot_needs_and_makes_it(
    world: ScoreWorld, hubspot: HubSpot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hubspot.groups == ["leadscore"]
    assert {name: hubspot.types[name] for name in told("lead", None)} == {
        "leadscore_lead": "number", "leadscore_lead_band": "string", "leadscore_lead_reason": "string",
        "leadscore_lead_changed_at": "datetime",
    }  # fmt: skip
    hubspot.types |= {"leadscore_fit": "string"}
    del hubspot.types["leadscore_fit_band"]
    [prepared] = json.loads(deliver_scores(world, "hubspot_scores", "--prepare", "--json").stdout)
    states = {field["name"]: field["state"] for field in prepared["fields"]}
    assert states["leadscore_lead"] == "there" and states["leadscore_fit_band"] == "made"
    assert states["leadscore_fit"] == "there, but of type string: remove it, or make it number"
    [label] = [field["label"] for field in prepared["fields"] if field["name"] == "leadscore_lead"]
    assert label == "Lead <score>: score"
    hubspot.types = {"email": "string"}
    world.receiver.answer = lambda request: (
        (207, '{"results": [], "errors": [{"message": "too many properties"}]}', {})
        if request.path.endswith("create")
        else hubspot.answer(request)
    )
    done = deliver_scores(world, "hubspot_scores", "--prepare")
    assert done.exit_code == 1 and "not all were made: too many properties" in done.output
    monkeypatch.delenv("HUBSPOT_SCORES_TOKEN")
    world.receiver.forget()
    done = deliver_scores(world, "hubspot_scores", "--prepare")
    assert done.exit_code == 0 and "datetime" in done.output
    assert "HUBSPOT_SCORES_TOKEN is not set" in done.output
    assert world.receiver.requests == []
    assert deliver_scores(world, "segment_webhook", "--prepare").exit_code == 2


def test_hubspot_contacts_follow_the_scores_by_address(world: ScoreWorld, hubspot: HubSpot) -> None:
    people = {f"c{number}": {"lead": 60.5, "fit": 2.0} for number in range(10)}
    world.publish_scores(people)
    ok(world, "hubspot_scores")
    whole = as_text(told("lead", 60.5, HOT) | told("fit", 2))
    assert hubspot.contacts["c3@example.com"] == whole
    assert len(world.receiver.requests) == 2, "one look-up and one update for all of them"
    # c0 has another address, c1's is c2's too (who came later), c3 is gone, c4's score changes.
    hubspot.contacts["new@example.com"] = {}
    later = {name: scores for name, scores in people.items() if name != "c3"} | {
        "c4": {"lead": 61, "fit": 2.0}
    }
    world.publish_scores(later, c0=" NEW@example.com", c2="C1@example.com")
    world.receiver.forget()
    ok(world, "hubspot_scores")
    [update] = [request for request in world.receiver.requests if request.path.endswith("batch/update")]
    assert len(update.body["inputs"]) == 5
    assert hubspot.contacts["new@example.com"] == whole
    assert hubspot.contacts["c1@example.com"] == whole
    emptied = as_text(told("lead", None) | told("fit", None))
    assert [hubspot.contacts[f"{name}@example.com"] for name in ("c0", "c2", "c3")] == [emptied] * 3
    assert hubspot.contacts["c4@example.com"] == whole | as_text(told("lead", 61, HOT))
    changed = [one for one in update.body["inputs"] if one["properties"].get("leadscore_lead") == "61"]
    assert [set(one["properties"]) for one in changed] == [set(told("lead", None))], "only what changed"


def test_who_was_merged_in_hubspot_takes_nothing_from_who_stays(world: ScoreWorld, hubspot: HubSpot) -> None:
    people = {f"c{number}": {"lead": 60.5} for number in range(6)}
    world.publish_scores(people)
    ok(world, "hubspot_scores")
    whole = as_text(told("lead", 60.5, HOT))
    # c1 and c2 were merged into c0 there, as HubSpot does it: c1's score is what it took last.
    del hubspot.contacts["c1@example.com"], hubspot.contacts["c2@example.com"]
    hubspot.merged = {"c1@example.com": "c0@example.com", "c2@example.com": "c0@example.com"}
    hubspot.contacts["c0@example.com"]["leadscore_lead"] = "12"
    del people["c1"]
    people["c2"] = people["c3"] = {"lead": 61}
    world.publish_scores(people)
    assert deliver_scores(world, "hubspot_scores").exit_code == 0
    assert hubspot.contacts["c0@example.com"]["leadscore_lead"] == "12", "neither emptied nor c2's"
    assert hubspot.contacts["c3@example.com"]["leadscore_lead"] == "61"
    ok(world, "hubspot_scores")
    assert hubspot.contacts["c0@example.com"] == whole, "told once more, in full"
    # Where nobody is told of by the record's first address, it is that of who is known by another.
    for gone, then in (("c0", ""), ("c2", "62"), ("c2", "")):
        people.pop(gone)
        if then:
            people[gone] = {"lead": float(then)}
        world.publish_scores(people)
        ok(world, "hubspot_scores", "--allow-removals")
        assert hubspot.contacts["c0@example.com"]["leadscore_lead"] == then


def test_who_was_merged_in_hubspot_takes_nobody_off_a_list(world: ScoreWorld, hubspot: HubSpot) -> None:
    sync = yaml.safe_load(LISTS.read_text(encoding="utf-8"))
    sync["destination"]["api"] = world.receiver.url
    world.write("hubspot_lists.yml", sync)
    hubspot.types["leadscore_s"] = "bool"
    added = [(1, "c0", "added", 1), (1, "c1", "added", 1), (1, "c5", "added", 1)]
    world.publish(*added)
    ok(world, "hubspot_lists")
    assert hubspot.contacts["c1@example.com"] == {"leadscore_s": "true"}
    del hubspot.contacts["c1@example.com"]
    hubspot.merged = {"c1@example.com": "c0@example.com"}
    hubspot.contacts["c0@example.com"] = {}
    world.publish(*added, (2, "c1", "removed", 1))
    assert deliver_scores(world, "hubspot_lists").exit_code == 0
    assert hubspot.contacts["c0@example.com"] == {}
    ok(world, "hubspot_lists")
    assert hubspot.contacts["c0@example.com"] == {"leadscore_s": "true"}, "told once more"
    world.publish(*added, (2, "c1", "removed", 1), (3, "c0", "removed", 1))
    ok(world, "hubspot_lists")
    assert hubspot.contacts["c0@example.com"] == {"leadscore_s": "false"}


def test_who_is_not_in_hubspot_is_not_made_and_looked_up_again_a_day_later(
    world: ScoreWorld, hubspot: HubSpot
) -> None:
    world.publish_scores(
        {"c1": {"lead": 60}, "nobody": {"lead": 60}, "no-address": {"lead": 60}}, **{"no-address": None}
    )
    assert "hubspot_scores has no such contact: 1 row" in ok(world, "hubspot_scores")
    assert "nobody@example.com" not in hubspot.contacts
    hubspot.contacts["nobody@example.com"] = {}
    world.receiver.forget()
    assert deliver_scores(world, "hubspot_scores").exit_code == 0 and world.receiver.requests == []
    with world.ledger_open() as ledger:
        ledger.execute("update deliveries.rejected set last_at = last_at - interval 25 hour")
    ok(world, "hubspot_scores")
    assert hubspot.contacts["nobody@example.com"]["leadscore_lead"] == "60"
    # Who isn't there any more needs no emptying.
    del hubspot.contacts["nobody@example.com"]
    world.publish_scores({"c1": {"lead": 60}})
    ok(world, "hubspot_scores", "--allow-removals")
    assert world.ledger("select contact_id from deliveries.scores") == [("c1",)]


def test_a_contact_that_hubspot_refuses_waits_and_holds_up_no_others(
    world: ScoreWorld, hubspot: HubSpot
) -> None:
    hubspot.refused = {"66", "67"}
    world.publish_scores({f"c{number}": {"lead": 60.0 + number} for number in range(10)})
    for attempt in (1, 2):
        [done] = json.loads(deliver_scores(world, "hubspot_scores", "--json").stdout)
        assert done["problem"] == "2 rows were not accepted and wait"
        found = [(row["contact_id"], row["http_status"], row["attempts"]) for row in done["rejected"]]
        assert found == [("c6", 400, attempt), ("c7", 400, attempt)]
    assert hubspot.contacts["c8@example.com"]["leadscore_lead"] == "68"
    hubspot.refused = set()
    ok(world, "hubspot_scores")
    assert hubspot.contacts["c6@example.com"]["leadscore_lead"] == "66"


def test_a_property_that_hubspot_lacks_stops_the_sync_and_says_what_makes_it(
    world: ScoreWorld, hubspot: HubSpot
) -> None:
    del hubspot.types["leadscore_lead_band"]
    world.publish_scores({f"c{number}": {"lead": 60} for number in range(10)})
    done = deliver_scores(world, "hubspot_scores")
    assert done.exit_code == 1 and "--prepare" in done.output and "10 rows wait" in done.output
    assert len(world.receiver.requests) == 2


def test_a_part_that_is_refused_is_told_by_row(world: ScoreWorld, hubspot: HubSpot) -> None:
    def answer(request: Request) -> tuple[int, str, dict[str, str]]:
        if not request.path.endswith("batch/update"):
            return hubspot.answer(request)
        traces = {one["id"]: one["objectWriteTraceId"] for one in request.body["inputs"]}
        errors = [
            {"category": "OBJECT_NOT_FOUND", "message": "gone", "context": {"ids": ["2"]}},
            {"category": "OTHER", "message": "merged", "context": {"objectWriteTraceId": [traces["5"]]}},
        ]
        results = [{"id": record} for record in traces if record not in ("2", "5")]
        return 207, json.dumps({"results": results, "errors": errors}), {}

    world.receiver.answer = answer
    world.publish_scores({f"c{number}": {"lead": 60} for number in range(10)})
    [done] = json.loads(deliver_scores(world, "hubspot_scores", "--json").stdout)
    assert (done["accepted"], done["absent"]) == (8, 1)
    assert [(row["contact_id"], row["reason"]) for row in done["rejected"]] == [("c4", "merged")]


@pytest.mark.parametrize(
    "answer", ["no JSON", "[]", '{"results": [{}]}', '{"results": [{"id": 1}], "errors": [1]}']
)
def test_an_answer_that_can_not_be_understood_stops_the_sync(
    world: ScoreWorld, hubspot: HubSpot, answer: str
) -> None:
    world.publish_scores({f"c{number}": {"lead": 60} for number in range(10)})
    world.receiver.answer = lambda request: (
        hubspot.answer(request) if "errors" in answer and "read" in request.path else (200, answer, {})
    )
    done = deliver_scores(world, "hubspot_scores")
    assert done.exit_code == 1 and "10 rows wait" in done.output, done.output
    assert world.ledger("select count(*) from deliveries.scores") == [(0,)]


def erase_from(
    world: ScoreWorld, contact: str, emails: tuple[str, ...], shared: tuple[str, ...] = ()
) -> None:
    person = Person(contact, (contact,), emails, (), (), (), shared)
    erase_ledger(ledger_path(world.database), Matcher(person), print, by_id=receivers_by_id(world.syncs))


def test_who_was_erased_is_emptied_by_address_and_not_where_others_have_it(
    world: ScoreWorld, hubspot: HubSpot
) -> None:
    names = ("c-0000000001", "c-0000000002", "c-0000000003")
    hubspot.contacts |= {f"{name}@example.com": {} for name in names}
    shared = {names[2]: f"{names[1]}@example.com"}
    world.publish_scores({name: {"lead": 60.0} for name in names}, **shared)
    ok(world, "hubspot_scores")
    # The first has an address of her own, the second one that the third has, too.
    world.publish_scores({names[2]: {"lead": 60.0}}, **shared)
    erase_from(world, names[0], (f"{names[0]}@example.com",))
    erase_from(world, names[1], (), (f"{names[1]}@example.com",))
    assert [owed.receiver for owed in owed_removals(ledger_path(world.database), [names[0]])] == [
        "hubspot_scores"
    ]
    assert owed_removals(ledger_path(world.database), [names[1]]) == []
    ok(world, "hubspot_scores")
    assert hubspot.contacts[f"{names[0]}@example.com"] == as_text(told("lead", None))
    assert hubspot.contacts[f"{names[1]}@example.com"]["leadscore_lead"] == "60"
    assert names[0].encode() not in ledger_path(world.database).read_bytes()


@pytest.mark.parametrize("status", [401, 404, 429, 302])
def test_hubspot_as_a_whole_is_the_trouble(world: ScoreWorld, hubspot: HubSpot, status: int) -> None:
    world.change("hubspot_scores", retry={"max_attempts": 1}, rate_limit={"requests_per_second": 0})
    world.publish_scores({f"c{number}": {"lead": 60} for number in range(10)})
    world.receiver.answer = lambda request: (status, "hub-secret c1@example.com", {})
    done = deliver_scores(world, "hubspot_scores")
    assert done.exit_code == 1 and "10 rows wait" in done.output, done.output
    assert str(status) in done.output or "doesn't answer" in done.output
    assert "hub-secret" not in done.output and "c1@example.com" not in done.output
    assert len(world.receiver.requests) == 1
    assert b"hub-secret" not in ledger_path(world.database).read_bytes()


@pytest.fixture
def klaviyo(world: ScoreWorld, monkeypatch: pytest.MonkeyPatch) -> Klaviyo:
    monkeypatch.setenv("KLAVIYO_API_KEY", "kl-secret")
    point_at(world, "klaviyo_scores", api=f"{world.receiver.url}/api")
    account = Klaviyo({f"c{number}@example.com": {"theirs": 1} for number in range(4)})
    world.receiver.answer = account.answer
    return account


def test_klaviyo_profiles_follow_the_scores(world: ScoreWorld, klaviyo: Klaviyo) -> None:
    people = {name: {"lead": 60.5, "fit": 2.0} for name in ("c0", "c1", "c2", "nobody", 'a"b')}
    world.publish_scores(people)
    assert "no such contact: 2 rows" in ok(world, "klaviyo_scores")
    whole = {
        name: value for name, value in (told("lead", 60.5, HOT) | told("fit", 2)).items() if value is not None
    }
    assert klaviyo.profiles["c1@example.com"] == whole | {"theirs": 1}
    assert klaviyo.profiles["c3@example.com"] == {"theirs": 1}
    world.publish_scores(people | {"c0": {"lead": 60.5}, "c1": {"lead": 61.0, "fit": 2.0}, "c2": {}})
    world.receiver.forget()
    ok(world, "klaviyo_scores", "--allow-removals")
    assert klaviyo.profiles["c0@example.com"] == {"theirs": 1} | dict(told("lead", 60.5, HOT).items())
    assert klaviyo.profiles["c1@example.com"]["leadscore_lead"] == 61
    assert klaviyo.profiles["c2@example.com"] == {"theirs": 1}
    updates = {r.body["data"]["id"]: r.body["data"] for r in world.receiver.requests if r.method == "PATCH"}
    assert set(updates["P-c1@example.com"]["attributes"]["properties"]) == set(told("lead", None)), (
        "what changed"
    )
    assert updates["P-c0@example.com"]["attributes"]["properties"] == {}


def test_a_profile_that_klaviyo_refuses_waits_and_one_that_is_gone_is_looked_up_later(
    world: ScoreWorld, klaviyo: Klaviyo
) -> None:
    klaviyo.refused = {"P-c0@example.com": 400, "P-c1@example.com": 404}
    world.publish_scores({f"c{number}": {"lead": 60} for number in range(4)})
    [done] = json.loads(deliver_scores(world, "klaviyo_scores", "--json").stdout)
    assert (done["accepted"], done["absent"]) == (2, 1)
    assert [(row["contact_id"], row["http_status"]) for row in done["rejected"]] == [("c0", 400)]
    klaviyo.refused = {}
    ok(world, "klaviyo_scores")
    assert klaviyo.profiles["c0@example.com"]["leadscore_lead"] == 60
    assert "leadscore_lead" not in klaviyo.profiles["c1@example.com"]


@pytest.fixture
def salesforce(world: ScoreWorld, monkeypatch: pytest.MonkeyPatch) -> Salesforce:
    monkeypatch.setenv("SALESFORCE_URL", f"{world.receiver.url}/")
    monkeypatch.setenv("SALESFORCE_CLIENT_ID", "sf-id-1")
    monkeypatch.setenv("SALESFORCE_CLIENT_SECRET", "sf-secret")
    point_at(world, "salesforce_scores", poll_seconds=0)
    organisation = Salesforce({f"c{number}": {} for number in range(4)})
    world.receiver.answer = organisation.answer
    return organisation


def test_salesforce_contacts_follow_the_scores_in_one_job(world: ScoreWorld, salesforce: Salesforce) -> None:
    people = {name: {"lead": 60.5, "fit": 2.0} for name in ("c0", "c1", "c2", "nobody")}
    world.publish_scores(people)
    assert "no such contact: 1 row" in ok(world, "salesforce_scores")
    [job] = salesforce.jobs
    assert (job["object"], job["operation"], job["externalIdFieldName"]) == (
        "Contact",
        "upsert",
        "Leadscore_Id__c",
    )
    assert (job["contentType"], job["lineEnding"]) == ("CSV", "LF")
    assert salesforce.contacts["c1"] == {"Leadscore_Id__c": "c1"} | {
        f"{name}__c": "#N/A"
        if value is None
        else f"{value:.12g}"
        if isinstance(value, float | int)
        else str(value)
        for name, value in (told("lead", 60.5, HOT) | told("fit", 2)).items()
    }
    point_at(world, "salesforce_scores", fields={"leadscore_lead": "Score__c"})
    world.publish_scores(people | {"c0": {"lead": 60.5}, "c1": {"lead": 61.0, "fit": 2.0}, "c2": {}})
    ok(world, "salesforce_scores", "--allow-removals")
    rows = {row.pop("Leadscore_Id__c"): row for row in salesforce.jobs[-1]["rows"]}
    fit = [name for name in rows["c0"] if "fit" in name]
    assert {rows["c0"][name] for name in fit} == {"#N/A"} and rows["c0"]["Score__c"] == ""
    assert {rows["c1"][name] for name in fit} == {""} and rows["c1"]["Score__c"] == "61"
    assert set(rows["c2"].values()) == {"#N/A"}


def test_a_row_that_salesforce_fails_waits_with_its_reason(world: ScoreWorld, salesforce: Salesforce) -> None:
    salesforce.refused = {"c2"}
    world.publish_scores({f"c{number}": {"lead": 60} for number in range(4)})
    [done] = json.loads(deliver_scores(world, "salesforce_scores", "--json").stdout)
    assert done["accepted"] == 3 and done["problem"] == "1 row was not accepted and waits"
    assert done["rejected"][0]["reason"] == "FIELD_CUSTOM_VALIDATION_EXCEPTION:locked for audit:--"
    salesforce.refused = set()
    ok(world, "salesforce_scores")
    assert len(salesforce.jobs) == 2 and len(salesforce.jobs[1]["rows"]) == 1


@pytest.mark.parametrize("state", ["Failed", "InProgress", "less told"])
def test_a_job_that_fails_leaves_all_rows_waiting(
    world: ScoreWorld, salesforce: Salesforce, state: str
) -> None:
    point_at(world, "salesforce_scores", job_minutes=0)
    salesforce.state = (state, "InvalidBatch : Field name not found : leadscore_lead__c")
    if state == "less told":
        salesforce.state, salesforce.refused = ("JobComplete", ""), {"c0"}
        answer = salesforce.answer
        world.receiver.answer = lambda request: (
            (200, "sf__Id,sf__Error,Leadscore_Id__c\n", {}) if "failed" in request.path else answer(request)
        )
    world.publish_scores({f"c{number}": {"lead": 60} for number in range(4)})
    done = deliver_scores(world, "salesforce_scores")
    assert done.exit_code == 1 and "4 rows wait" in done.output, done.output
    assert world.ledger("select count(*) from deliveries.scores") == [(0,)]


def test_salesforce_says_no_to_the_login_without_telling_its_secret(
    world: ScoreWorld, salesforce: Salesforce, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALESFORCE_CLIENT_SECRET", "sf-wrong-1")
    world.publish_scores({"c1": {"lead": 60}})
    for more in ([], ["--prepare"]):
        done = deliver_scores(world, "salesforce_scores", *more)
        assert done.exit_code == 1 and "refuses the login" in done.output, done.output
        assert "sf-wrong-1" not in done.output
    monkeypatch.setenv("SALESFORCE_URL", "http://company.example")
    assert "plain http" in deliver_scores(world, "salesforce_scores").output


def test_prepare_says_what_salesforce_lacks(world: ScoreWorld, salesforce: Salesforce) -> None:
    salesforce.names = {"Leadscore_Fit__c", "Leadscore_Id__c"}
    world.publication.execute("insert into marts.dim_scoring_models values ('a_long_name_of_a_model', null)")
    [prepared] = json.loads(deliver_scores(world, "salesforce_scores", "--prepare", "--json").stdout)
    states = {field["name"]: (field["kind"], field["state"]) for field in prepared["fields"]}
    assert states["Leadscore_Id__c"] == ("Text(255), external id, unique", "there")
    assert states["leadscore_fit__c"] == ("Number(16, 2)", "there")
    assert states["leadscore_fit_changed_at__c"] == ("Date/Time", "must be made")
    assert "longer than 40" in states["leadscore_a_long_name_of_a_model_changed_at__c"][1]


def test_hubspot_by_its_own_record_ids(world: ScoreWorld, hubspot: HubSpot) -> None:
    """As the comment in the sync's file says, for who has the contacts from HubSpot."""
    path = world.syncs / "hubspot_scores.yml"
    sync = yaml.safe_load(path.read_text(encoding="utf-8"))
    sync["destination"] |= {"id_field": "contact_id", "id_property": None}
    sync["model"] = "select delivery_key, change, contact_id, properties from delivery.score_changes"
    path.write_text(yaml.safe_dump(sync), encoding="utf-8")
    world.publish_scores({"3": {"lead": 60}, "4": {"lead": 70}}, **{"4": None})
    ok(world, "hubspot_scores")
    assert [request.path for request in world.receiver.requests] == ["/crm/v3/objects/contacts/batch/update"]
    told_of = [hubspot.contacts[f"c{number}@example.com"]["leadscore_lead"] for number in (2, 3)]
    assert told_of == ["60", "70"]
