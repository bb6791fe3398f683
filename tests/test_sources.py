"""Vendors' tables read beside the raw tables: what comes of them, and of what connectors change in them."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from forget_world import publish_only
from incremental_project import Increments, Plan, tables_of
from jinja2 import Environment
from landed_tables import KEYS, SCHEMAS, SYNCS, VARIABLES, VENDORS, Rows, expected, found, land
from leadscore.build.plan import run_plan
from leadscore.erasure import erase as erasure
from leadscore.erasure.lookup import find_person
from leadscore.raw.tables import RAW_TABLES
from leadscore.simulation.raw_rows import copy_raw_rows
from leadscore.storage.database import Database, open_database
from tiny_project import copied_database, leadscore
from workspaces import PROJECT, Workspace, rows_of

AS_OF = {"first": datetime(2026, 1, 15, tzinfo=UTC), "second": datetime(2026, 2, 1, tzinfo=UTC)}
COPIED = ("contacts", "events", "transactions")
# What is made of their rows, but for rows without what they need.
REQUIRED = {
    name: " and ".join(f"{column} is not null" for column in RAW_TABLES[name].required) for name in COPIED
}
STAGED = {
    name: f"from staging.source_{name} where {REQUIRED[name]} and loaded_at is not null" for name in COPIED
}
STAGED["rejected"] = (
    "select source_table as source_model, source_table, row_key, reason from marts.rejected_rows"
)
# Raw rows beside them, which refer to vendors' contacts.
RAW = """
create schema raw;
create table raw.contacts as
select 'r1' as contact_id, '2026-01-01' as created_at, null as merged_into,
    timestamp '2026-01-01' as loaded_at
union all
select 'r2', '2026-01-01', 'u1', timestamp '2026-01-01';
create table raw.events as
select 'e1' as event_id, 'page_view' as event_type, '2026-01-02' as occurred_at, 'u1' as contact_id,
    null as anonymous_id, timestamp '2026-01-03' as loaded_at
union all
select 'segment:pages:p5', 'page_view', '2026-01-03', 'r1', null, timestamp '2026-01-05'
union all
select 'e2', 'page_view', '2026-01-02', null, 'anon-3', timestamp '2026-01-03'
union all
select 'e3', 'download', '2026-01-02', 'r1', 'anon-3', timestamp '2026-01-03';
"""
SEEDS: dict[str, list[dict[str, str]]] = {
    "scoring_models": [{"model_id": "lead", "starting_points": "1"}],
    "scoring_rules": [
        {"rule_id": activity, "activity": activity, "points": points}
        | {"model_id": "lead", "operation": "add", "trigger": "activity"}
        for activity, points in {
            "page_view": "2", "cart_add": "3", "identify": "0.01", "email_open": "5", "email_click": "7",
            "transaction": "11", "form_submit": "13", "personal_contact": "17", "unsubscribe": "-19",
        }.items()
    ]
    + [{"rule_id": "role", "model_id": "lead", "operation": "add", "trigger": "profile", "points": "0.5"}],
    "rule_conditions": [
        {"rule_id": "role", "clause": "1", "field": "contact.job_title", "operator": "=", "value": "CEO"}
    ],
    "segments": [{"segment_id": "everybody", "requires_consent": "false"}],
    "segment_conditions": [
        {"segment_id": "everybody", "clause": "1", "field": "contact.created_at", "operator": "is set"}
    ],
}  # fmt: skip


# Worked out by hand from what stands in `sources`.
SCORES = {
    "r1": "5.00", "u1": "10.52", "u2": "10.02", "u3": "5.04", "u4": "1.00", "u6": "1.00",
    "hubspot:51": "31.50", "hubspot:55": "-1.00", "hubspot:61": "13.00",
    "klaviyo:k1": "6.50", "klaviyo:k2": "-18.00", "klaviyo:k3": "6.00",
    "mailchimp:x1": "-1.00", "mailchimp:x2": "11.00", "mailchimp:x8": "-18.00",
    "mautic:1": "30.50", "mautic:2": "6.00", "mautic:3": "3.00",
    "marketo:1001": "27.50", "marketo:1003": "6.00",
    "salesforce:003ann": "80.50", "salesforce:003bob": "29.00", "salesforce:003cas": "18.00",
    "salesforce:003dan": "18.00", "salesforce:00Qfay": "1.00",
    "shopify:1": "1.00", "shopify:2": "1.00", "shopify:3": "12.00",
}  # fmt: skip
# Whatever one vendor knows of an address holds for all who have it.
STATUSES = {
    "hubspot:51": "no consent", "hubspot:55": "unsubscribed", "hubspot:56": "mailable",
    "klaviyo:k1": "mailable", "klaviyo:k2": "unsubscribed", "klaviyo:k3": "mailable", "klaviyo:k4": "bounced",
    "mailchimp:x1": "unsubscribed", "mailchimp:x2": "mailable", "mailchimp:x3": "bounced",
    "mailchimp:x4": "no consent", "mautic:1": "no consent", "mautic:2": "no consent", "mautic:4": "bounced",
    "marketo:1001": "unsubscribed", "marketo:1003": "no consent",
    "salesforce:003ann": "withdrawn", "salesforce:003cas": "no consent", "salesforce:003dan": "no consent",
    "shopify:1": "mailable", "shopify:2": "unsubscribed", "shopify:3": "mailable",
}  # fmt: skip
# Vendors that tell who has opted out rather than who has agreed.
KEEPERS_OF_OPT_OUTS = ("hubspot", "marketo", "salesforce", "shopify")
# Events of a team's own, by whatever name.
CUSTOM_TYPES = {"booked_demo", "demo_booked", "Odd Event", "play", "received_sms", "submit_form"}
MODELS = PROJECT / "models" / "sources"


@dataclass
class Synced:
    """What two syncs and two runs made.

    Attributes:
        rows: Sync -> raw table -> the rows that are staged; `rejected`: those that are not.
        plan: What the second run took upon itself.
        differences: Of the second run's marts from those of a full refresh.
        scores: Contact -> score after the second run.
        statuses: Contact -> whether its address may be mailed.
        database: Where they were made.
    """

    database: Path = Path()
    rows: dict[str, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    plan: Plan | None = None
    differences: list[str] = field(default_factory=list)
    scores: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Synced:
    project, made = Increments(tmp_path_factory.mktemp("sources")), Synced()
    for sync in SYNCS:
        with duckdb.connect(str(project.database)) as connection:
            if sync == SYNCS[0]:
                connection.execute(RAW)
            for vendor in VENDORS:
                land(connection, vendor, sync)
        made.plan = project.score(AS_OF[sync], SEEDS, VARIABLES)
        with duckdb.connect(str(project.database)) as connection:
            there = {f"source_{name}" for name in COPIED} & set(tables_of(connection, "staging"))
            made.rows[sync] = {
                table: rows_of(connection, query) if f"source_{table}" in there or table == "rejected" else []
                for table, query in STAGED.items()
            }
    made.database = project.database
    project.refresh(AS_OF["second"], VARIABLES, ("raw", *SCHEMAS.values()))
    made.differences = project.differences()
    made.scores = {
        row["contact_id"]: str(row["score"])
        for row in project.rows("select contact_id, score from marts.contact_scores")
    }
    made.statuses = {
        row["contact_id"]: row["email_status"]
        for row in project.rows("select contact_id, email_status from marts.segment_contacts")
    }
    return made


@pytest.mark.parametrize("sync", SYNCS)
@pytest.mark.parametrize("table", KEYS)
@pytest.mark.parametrize("vendor", VENDORS)
def test_rows_are_those_expected_by_hand(vendor: str, table: str, sync: str, synced: Synced) -> None:
    rows = found([row for row in synced.rows[sync][table] if _vendor(row) == vendor], table)
    _compare(rows, expected(vendor, table, sync))


def _vendor(row: dict[str, Any]) -> str:
    """The vendor of a row, by the model or the table that it comes from."""
    return str(row["source_model"]).removeprefix("stg_").split(".")[0].split("__")[0]


def _compare(rows: Rows, wanted: Rows) -> None:
    assert sorted(map(str, rows)) == sorted(map(str, wanted))
    for key, row in wanted.items():
        assert rows[key] == row, key


def test_a_sync_is_an_increment(synced: Synced) -> None:
    assert synced.plan == Plan(is_full=False, reason=None)


def test_what_connectors_change_leaves_what_a_full_refresh_makes(synced: Synced) -> None:
    assert not synced.differences, "\n".join(synced.differences)


def test_scores_are_those_of_all_that_vendors_tell(synced: Synced) -> None:
    """Visitors of one vendor, contacts of another, raw rows of either."""
    assert {contact: synced.scores.get(contact) for contact in SCORES} == SCORES


def test_consent_and_opt_outs_are_what_vendors_know(synced: Synced) -> None:
    assert {contact: synced.statuses.get(contact) for contact in STATUSES} == STATUSES


def test_variables_say_what_else_is_read(tmp_path: Path) -> None:
    """Columns that go into attributes, and that everybody has agreed who hasn't opted out."""
    project = Workspace(tmp_path)
    with duckdb.connect(str(project.database)) as connection:
        for vendor in KEEPERS_OF_OPT_OUTS:
            land(connection, vendor, SYNCS[0])
            for table in _tables_of_contacts(vendor):
                connection.execute(f"alter table {vendor}.{table} add column shoe_size bigint default 43")
    variables: dict[str, object] = {
        "sources": [f"{vendor}.contacts" for vendor in KEEPERS_OF_OPT_OUTS],
        "contact_attributes": {vendor: ["shoe_size"] for vendor in KEEPERS_OF_OPT_OUTS},
        "consent_unless_opted_out": list(KEEPERS_OF_OPT_OUTS),
    }
    project.build(as_of=AS_OF["first"].isoformat(), select="+source_contacts", variables=variables)
    found_consents: dict[str, set[object]] = {vendor: set() for vendor in KEEPERS_OF_OPT_OUTS}
    for row in project.rows("from staging.source_contacts where attributes is not null"):
        found_consents[_vendor(row)].add(row["email_consent"])
        assert json.loads(row["attributes"])["shoe_size"] == "43", row["contact_id"]
    assert found_consents == {vendor: {False, True} for vendor in KEEPERS_OF_OPT_OUTS}


def _tables_of_contacts(vendor: str) -> list[str]:
    described = yaml.safe_load((MODELS / vendor / f"_{vendor}__sources.yml").read_text(encoding="utf-8"))
    tables = described["sources"][0]["tables"]
    return [table["name"] for table in tables if table["config"]["meta"].get("attributes")]


def test_a_trial_gets_the_rows_that_the_last_run_read(synced: Synced, tmp_path: Path) -> None:
    """Whatever their loaded_at; what was landed since doesn't count."""
    database, trial = Path(shutil.copy(synced.database, tmp_path)), tmp_path / "trial.duckdb"
    with open_database(database) as connection:
        plan = run_plan(connection)
        assert plan is not None
        read = {table: _rows(connection, f"staging.stg_{table}") for table in COPIED}
        connection.execute(
            "insert into segment.pages (id, path, timestamp, uuid_ts)"
            " values ('new', '/', timestamp '2026-01-01', timestamp '2026-01-01')"
        )
        connection.execute("update segment.pages set path = '/otherwise' where id = 'p2'")
    copy_raw_rows(database, trial, plan, None, {})
    with open_database(trial, read_only=True) as connection:
        copied = {table: _rows(connection, f"raw.{table}") for table in COPIED}
    read["events"] = [row for row in read["events"] if row[0] != "segment:pages:p2"]
    assert copied == read


def test_a_vendors_contact_is_found_and_forgotten(
    synced: Synced, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Vendors' tables stay as they are: while they have the person, the command says where."""
    settings = copied_database(synced.database, SEEDS, tmp_path, monkeypatch)
    with open_database(settings.database, read_only=True) as connection:
        merged = find_person(connection, "hubspot:51")
        landed = _rows(connection, "hubspot.contact")
    assert merged is not None and merged.ids == ("hubspot:51", "hubspot:54")
    assert (merged.emails, merged.phones) == (("ann@new.example",), ("+31 20 111",))

    with monkeypatch.context() as patch:
        # Whatever the run finds, the tables have the person.
        patch.setattr(erasure, "score_locked", publish_only)
        first = _forget("hubspot:57")
    assert first["ids"] == ["hubspot:57"] and first["exit_code"] == 1
    assert _left(first) == {"hubspot.contact"}
    with open_database(settings.database) as connection:
        assert _rows(connection, "hubspot.contact") == landed
        connection.execute("delete from hubspot.contact where id = 57")
    second = _forget("hubspot:57")
    assert (second["exit_code"], _left(second), second["found"]) == (0, set(), 0)


def test_status_tells_how_fresh_vendors_rows_are(
    synced: Synced, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = copied_database(synced.database, SEEDS, tmp_path, monkeypatch)
    found = json.loads(leadscore("status", "--json").stdout)["vendors"]
    assert {name.split(".")[0] for name in found} == set(VENDORS)
    orders = [row for row in synced.rows["second"]["transactions"] if _vendor(row) == "shopify"]
    # A row that lacks something is there, too.
    left_out = expected("shopify", "rejected", "second")
    assert found["shopify.transactions"] == {
        "rows": len(orders) + len(left_out),
        "loaded_at": f"{max(row['loaded_at'] for row in orders).isoformat()}+00:00",
        "happened_at": f"{max(row['ordered_at'] for row in orders).isoformat()}+00:00",
        "later": 0,
    }
    assert "snowplow.events" in leadscore("status").stdout
    with open_database(settings.database) as connection:
        connection.execute("drop table shopify.order_line")
    told = json.loads(leadscore("status", "--json").stdout)
    assert told["vendors"] == {} and told["raw"] != {}
    assert any(note.startswith("Vendors' tables can't be read") for note in told["notes"])


def test_whom_a_vendor_has_no_more_is_still_forgotten(
    synced: Synced, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Erased in the tool, and synced: runs know the person, until one after that, and the id even then."""
    settings = copied_database(synced.database, SEEDS, tmp_path, monkeypatch)
    with open_database(settings.database) as connection:
        connection.execute("delete from hubspot.contact where id = 57")
        found = find_person(connection, "hubspot:57")
        assert found is not None and found.emails == ("gone@example.com",)
        connection.execute("delete from state.source_rows_read where contact_id = 'hubspot:57'")
        connection.execute("delete from intermediate.int_contact_versions where contact_id = 'hubspot:57'")
        assert find_person(connection, "hubspot:57") is not None
        assert find_person(connection, "hubspot:570") is None


def _forget(contact_id: str) -> dict[str, Any]:
    result = leadscore("forget", contact_id, "--yes", "--json", "--vars", json.dumps(VARIABLES))
    assert result.stdout, result.stderr
    return {**json.loads(result.stdout), "exit_code": result.exit_code}


def _left(proof: dict[str, Any]) -> set[str]:
    return {place["name"] for place in proof["places"] if place["found"] and place["name"]}


def _rows(connection: Database, relation: str) -> list[tuple[Any, ...]]:
    names = ", ".join(name for name in connection.columns(relation) if name != "raw_place")
    return list(connection.execute(f"select {names} from {relation} order by all"))


def test_whatever_is_made_has_a_documented_event_type(synced: Synced) -> None:
    page = (PROJECT / "docs" / "event_types.md").read_text(encoding="utf-8")
    documented = {
        name for cell in re.findall(r"^\| (`.*?) \|", page, re.M) for name in re.findall(r"`(\w+)`", cell)
    }
    made = {row["event_type"] for sync in SYNCS for row in synced.rows[sync]["events"]}
    assert made - documented - {None} == CUSTOM_TYPES


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendors_page_names_what_is_read(vendor: str) -> None:
    text = (PROJECT / "docs" / "sources.md").read_text(encoding="utf-8")
    [page] = re.findall(rf"^## .*\(`{vendor}`\)$(.*?)(?=^## |\Z)", text, re.M | re.S)
    described = yaml.safe_load((MODELS / vendor / f"_{vendor}__sources.yml").read_text(encoding="utf-8"))
    for table in described["sources"][0]["tables"]:
        [row] = [line for line in page.splitlines() if line.startswith(f"| `{table['name']}` |")]
        names = [column["name"] for column in table["columns"]]
        names += [name for column in table["columns"] for name in _older_names(column)]
        assert not [name for name in names if f"`{name}`" not in row], table["name"]


def test_mautics_tables_have_its_own_names_unless_a_prefix_is_told() -> None:
    described = yaml.safe_load((MODELS / "mautic" / "_mautic__sources.yml").read_text(encoding="utf-8"))
    tables = {
        table["name"]: Environment(autoescape=True).from_string(table["identifier"])
        for table in described["sources"][0]["tables"]
    }
    assert tables
    for given, prefix in ((None, ""), ("", ""), ("mtc_", "mtc_")):
        called = {name: table.render(var=lambda *_, given=given: given) for name, table in tables.items()}
        assert called == {name: prefix + name for name in tables}


def _older_names(column: dict[str, Any]) -> list[str]:
    names: list[str] = column.get("config", {}).get("meta", {}).get("older_names", [])
    return names
