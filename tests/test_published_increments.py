"""After every run of a story what is published is exactly the database's marts, brought up to date."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from leadscore.build.project import DbtProject
from leadscore.publication import base as publication_base
from leadscore.publication import folder as publication_folder
from leadscore.publication.folder import PublicationFolder
from leadscore.runs.run import RunRequest, run_once
from scored_databases import differences
from tiny_project import AS_OF, MODELS, SEEDS, tiny_project
from workspaces import write_seeds

RULES = [
    *SEEDS["scoring_rules"],
    {"rule_id": "bought", "title": "Bought", "points": "5", "trigger": "activity", "activity": "transaction"}
    | {"model_id": str(MODELS[0]["model_id"]), "operation": "add"},
]
LINE = "insert into raw.transactions values ('{}', 1, '{}', '2026-05-01', 10, '{}', timestamp '{}')"
# What arrives before each run, the first one being full.
STORY = [
    [
        "create table raw.transactions (transaction_id varchar, line_number integer, contact_id varchar, "
        "ordered_at varchar, amount integer, status varchar, loaded_at timestamp)",
        LINE.format("t1", "ann", "completed", "2026-05-01"),
        LINE.format("t2", "bob", "completed", "2026-05-01"),
    ],
    # The newest line stops counting. Nobody's line may get its place.
    [LINE.format("t2", "bob", "refunded", "2026-05-02")],
    [
        LINE.format("t3", "cleo", "completed", "2026-05-03"),
        LINE.format("t4", "bob", "completed", "2026-05-03"),
    ],
    # A contact that nobody knew, with an event; and one that is merged.
    [
        "insert into raw.contacts by name select 'new' as contact_id, '2026-01-01' as created_at, "
        "timestamp '2026-05-04' as loaded_at",
        "insert into raw.events by name select 'e-new' as event_id, 'email_open' as event_type, "
        "'2026-02-01' as occurred_at, 'new' as contact_id, timestamp '2026-05-04' as loaded_at",
        "insert into raw.contacts by name select 'bob' as contact_id, '2026-01-04' as created_at, "
        "'2026-04-01' as updated_at, 'cleo' as merged_into, timestamp '2026-05-04' as loaded_at",
    ],
    [],
]


def test_what_is_published_is_the_database_after_every_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADSCORE_PARQUET", "contact_scores")
    for module in (publication_base, publication_folder):
        monkeypatch.setattr(module, "GRACE", timedelta(0))
    # Few contacts, of which each run moves many.
    monkeypatch.setattr("leadscore.publication.tables.CHANGED_SHARE", 1.0)
    monkeypatch.setattr("leadscore.publication.tables.REPLACED_SHARE", 10.0)
    with tiny_project(tmp_path) as settings:
        write_seeds(settings.seeds, {**SEEDS, "scoring_rules": RULES})
        project = DbtProject(settings.root, settings.database, settings.seeds)
        kinds = []
        for number, statements in enumerate(STORY):
            with duckdb.connect(str(settings.database)) as connection:
                for statement in statements:
                    connection.execute(statement)
            as_of = AS_OF + timedelta(hours=number)
            report = run_once(settings, RunRequest(as_of=as_of), lambda _: None, project=project)
            kinds.append(report.kind)
            assert differences(settings, parquet={"contact_scores"}) == [], number
            last = PublicationFolder(settings.published).last()
            assert last is not None and last.whole_because is None
        assert kinds == ["full", *["incremental"] * (len(STORY) - 1)]
        with duckdb.connect(str(settings.published_database), read_only=True) as connection:
            bought = connection.execute(
                "select contact_id, activity_id from marts.fct_rule_points "
                "where rule_id = 'bought' order by activity_id"
            ).fetchall()
        assert bought == [("ann", "t1:1"), ("cleo", "t3:1"), ("cleo", "t4:1")]
