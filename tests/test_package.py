"""docs/package.md: the project as a package of a team's own dbt project, on the team's seeds and raw data."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from host_project import BLOCKS, ON_SPARK, OWN_SCHEMAS, PACKAGES, PAGE, SEEDS, STAGING, HostProject
from incremental_project import PUBLICATIONS
from leadscore.build.project import parsed_variables
from leadscore.errors import UsageMistakeError
from workspaces import PROJECT, DbtFailedError, write_seeds

[SETTING_UP, BESIDE] = [text for language, text in BLOCKS if language == "sh"]
SCHEMAS = {"configuration", "intermediate", "marts", "staging", "state", "store"}
RAW_TABLES = (
    "create schema crm",
    """create table crm.{contacts} as
    select *, timestamp '2026-01-01' as created_at, timestamp '2026-05-01' as loaded_at
    from (values ('ann', 'NL'), ('bob', null)) as t (contact_id, country)""",
    """create table crm.{events} as
    select *, 'page_view' as event_type, timestamp '2026-05-02' as loaded_at
    from (values ('e1', 'ann', '/pricing', '2026-05-01 10:00'), ('e2', 'ann', '/blog', '2026-05-01 11:00'))
    as t (event_id, contact_id, page_path, occurred_at)""",
)
LATE_EVENT = "('e3', 'ann', '/pricing', '2026-05-03 10:00', 'page_view', timestamp '2026-05-30')"
# A page that Segment saw, of a user whom the team's own table knows.
PAGES = (
    "create schema segment",
    """create table segment.pages as select 'p1' as id, 'bob' as user_id, '/pricing' as path,
    timestamp '2026-05-02' as timestamp, timestamp '2026-05-02' as received_at""",
)
Scores = dict[str, float]


def scores(host: HostProject, table: str) -> Scores:
    return {row["contact_id"]: float(row["score"]) for row in host.rows(f"from {table}")}


def _raw(contacts: str, events: str) -> list[str]:
    return [made.format(contacts=contacts, events=events) for made in RAW_TABLES]


class Story:
    """A team whose names are ours, with raw tables of its own: what it saw after each of three runs."""

    def __init__(self, folder: Path) -> None:
        host = self.host = HostProject(folder)
        host.settings["models"] = {
            "+persist_docs": {"relation": True},
            "team": {"marts": {"+schema": "marts"}},
        }
        host.settings["vars"]["lead_scoring"] |= {"sources": ["segment.events"]}
        host.write()
        host.file("macros/generate_schema_name.sql", OWN_SCHEMAS)
        host.file("macros/lead_scoring_on_spark.sql", ON_SPARK.read_text(encoding="utf-8"))
        host.file(
            "models/marts/contact_scores.sql",
            "select contact_id, score from {{ ref('lead_scoring', 'contact_scores') }} where score > 20",
        )
        host.file("models/marts/stg_events.sql", "select 'not an event' as event_id")
        host.execute(*_raw("contacts", "events"), *PAGES)
        for command in SETTING_UP.splitlines():
            if command.startswith("dbt "):
                as_of = {"as_of": "2026-06-01"} if " build " in command else {}
                host.dbt(*shlex.split(command)[1:], **as_of)
        self.first = scores(host, "leads_marts.contact_scores")
        host.execute(f"insert into crm.events by position values {LATE_EVENT}")
        host.dbt("build", as_of="2026-06-02")
        self.plan = host.rows("select is_full, reason from leads_state.run_plan")
        self.second = scores(host, "leads_marts.contact_scores")
        self.incremental = host.tables("leads_marts")
        self.schemas = {
            row["table_schema"] for row in host.rows("select table_schema from information_schema.tables")
        }
        host.dbt("build", "--full-refresh", "--select", "package:lead_scoring", as_of="2026-06-02")
        self.refreshed = host.tables("leads_marts")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return Story(tmp_path_factory.mktemp("team"))


def test_the_teams_seeds_and_raw_tables_give_the_scores(story: Story) -> None:
    assert story.first == {"ann": 25, "bob": 20}


def test_a_new_event_changes_the_score_of_its_contact_in_an_incremental_run(story: Story) -> None:
    assert story.plan == [{"is_full": False, "reason": None}]
    assert story.second == {"ann": 45, "bob": 20}


def test_an_incremental_run_equals_a_full_refresh(story: Story) -> None:
    assert len(story.refreshed) > 25
    assert story.incremental.keys() == story.refreshed.keys()
    differing = [mart for mart, rows in story.refreshed.items() if story.incremental[mart] != rows]
    assert set(differing) <= {*PUBLICATIONS, "segment_members"}, differing


def test_models_of_the_team_read_scores_and_keep_their_own_schemas(story: Story) -> None:
    assert scores(story.host, "marts.contact_scores") == {"ann": 45}
    assert story.host.tables("marts").keys() == {"contact_scores", "stg_events"}


def test_what_the_team_configures_for_all_models_holds_for_ours(story: Story) -> None:
    """On DuckDB: dbt-duckdb makes the tables of a package, not the package's own materializations."""
    for kind in ("view", "table"):
        told = f"select comment from duckdb_{kind}s() where schema_name = 'leads_marts' and not internal"
        comments = [row["comment"] for row in story.host.rows(told)]
        assert len(comments) > 5 and all(comment.startswith("One row ") for comment in comments)


def test_every_schema_of_ours_has_the_prefix(story: Story) -> None:
    theirs = {"analytics", "crm", "marts", "segment"}
    assert story.schemas == theirs | {f"leads_{schema}" for schema in SCHEMAS}


def test_the_teams_seeds_are_of_text_also_after_they_changed(story: Story) -> None:
    """What dbt parses is the changed file alone: it still has our column types."""
    host = story.host
    rules = [dict(rule) for rule in SEEDS["scoring_rules"]]
    rules[0]["points"] = "30"
    write_seeds(host.folder / "seeds" / "lead_scoring", {**SEEDS, "scoring_rules": rules})
    host.dbt("seed")
    types = "select distinct data_type from information_schema.columns where table_name = 'scoring_rules'"
    assert host.rows(types) == [{"data_type": "VARCHAR"}]
    assert host.rows("select rule_id, points from analytics.scoring_rules order by all") == [
        {"rule_id": "01", "points": "30"},
        {"rule_id": "02", "points": "5"},
    ]


def test_dbt_warns_of_nothing(story: Story) -> None:
    assert story.host.warnings == []


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> HostProject:
    """A team with staging models; a model and a source have names of ours. Nothing is built."""
    host = HostProject(tmp_path_factory.mktemp("staged"))
    staging: dict[str, Any] = STAGING["vars"]["lead_scoring"]["raw_models"]
    assert staging == {"contacts": "stg_crm__contacts", "events": "web.stg_web__events"}
    host.settings["vars"]["lead_scoring"] |= {
        "raw_models": {"contacts": "stg_contacts", "events": "team.stg_crm__events"}
    }
    host.file("models/stg_contacts.sql", "select * from crm.people")
    host.file(
        "models/stg_crm__events.sql",
        "{{ config(materialized='table') }} select * from crm.hits",
    )
    host.file("models/sources.yml", "sources: [{name: raw, tables: [{name: transactions}]}]")
    return host


def test_what_the_team_must_mend_is_told_before_anything_is_scored(staged: HostProject) -> None:
    right, session = dict(staged.settings), staged.session
    wrong = {name: value for name, value in right.items() if name not in ("flags", "seeds")}
    staged.settings, staged.session = wrong, {"TimeZone": "Europe/Amsterdam"}
    staged.write()
    staged.dbt("deps")
    known = right["vars"]["lead_scoring"]
    mistyped = {"raw_models": {**known["raw_models"], "contact": "stg_contacts"}}
    with pytest.raises(DbtFailedError) as refused:
        staged.dbt("build", "--select", "+configuration_is_valid", **mistyped)
    told = str(refused.value)
    for other in ("model stg_contacts", "source raw.transactions"):
        problem = f" would read {other} of team; allowed: require_ref_searches_node_package_before_root: true"
        assert f"{problem}\n" in told
    assert "scoring_rules, column_types: not all columns are text: rule_id INTEGER, " in told
    assert "vars, raw_models: 'contact' is no raw table; allowed: contacts, events, " in told
    assert "profiles.yml, time zone: the session's time zone is Europe/Amsterdam; allowed: UTC" in told
    staged.settings, staged.session = right, session
    staged.write()
    staged.warnings.clear()


def test_a_staging_model_that_is_not_built_stops_the_run(staged: HostProject) -> None:
    staged.database.unlink(missing_ok=True)  # what was seeded before has other types
    staged.execute(*_raw("people", "hits"))
    staged.write()
    staged.dbt("deps")
    with pytest.raises(
        DbtFailedError, match=r"no table or view of model 'stg_contacts'.*\+package:lead_scoring"
    ):
        staged.dbt("run", "--select", "lead_scoring.staging.stg_contacts")


def test_staging_models_are_read_instead_of_raw_tables(staged: HostProject) -> None:
    staged.dbt("build", "--select", "+package:lead_scoring", as_of="2026-06-01")
    assert scores(staged, "leads_marts.contact_scores") == {"ann": 25, "bob": 0}
    assert staged.warnings == []


def test_the_page_says_what_there_is() -> None:
    assert PACKAGES["packages"][0].keys() == {"git", "revision"}
    assert len(list((PROJECT / "seeds").glob("*.csv"))) == 14 and "All [14](configuration.md)" in PAGE
    [folder] = [words.split()[2:] for words in SETTING_UP.splitlines() if words.startswith("cp ")]
    assert folder == ["dbt_packages/lead_scoring/seeds", "seeds/lead_scoring"]
    [given] = [words for line in BESIDE.splitlines() for words in shlex.split(line) if "raw_schema" in words]
    assert parsed_variables(PROJECT, given) == {"raw_schema": "crm"}


@pytest.mark.parametrize("variable", ["schema_prefix: leads_", "raw_models: {contacts: people}"])
def test_the_command_does_not_take_variables_of_packages(variable: str) -> None:
    with pytest.raises(UsageMistakeError, match="there is no variable"):
        parsed_variables(PROJECT, variable)
