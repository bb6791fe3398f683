"""When what is learned of conversions is made: by full runs, foreseen or not, and not by increments."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import duckdb
import pytest
from leadscore.build.outcome import BuildObserver, BuildOutcome
from leadscore.build.project import DbtProject
from leadscore.configuration.unchanged import LEARNING
from leadscore.errors import RunFailedError
from leadscore.runs.learning import learn
from leadscore.runs.run import RunReport, RunRequest, run_once
from leadscore.settings import Settings
from reference.learning import MARTS
from tiny_project import AS_OF, SEEDS, tiny_project
from workspaces import rows_of, write_seeds

CONVERSIONS = [
    {"conversion_id": "complained", "activity": "complaint", "horizon": "10 days", "observe_every": "10 days"}
]

SEGMENTS = {
    "segments": [{"segment_id": "everybody", "requires_consent": "false"}],
    "segment_conditions": [
        {"segment_id": "everybody", "clause": "1", "field": "score.lead", "operator": ">", "value": "-1000"}
    ],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with tiny_project(tmp_path_factory.mktemp("learning")) as settings:
        write_seeds(settings.seeds, {**SEEDS, **SEGMENTS, "conversions": CONVERSIONS})
        yield settings


def run(settings: Settings, days: int) -> RunReport:
    return run_once(settings, RunRequest(as_of=AS_OF + timedelta(days=days)), print)


def learned(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    with duckdb.connect(str(settings.published_database), read_only=True) as published:
        return {mart: rows_of(published, f"from marts.{mart} order by all") for mart in MARTS}


def test_increments_leave_what_was_learned_until_it_is_looked_at_or_a_full_run_comes(
    project: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(project, 0)
    before = learned(project)
    assert first.kind == "full" and all(before.values())
    assert as_of(before) == {AS_OF.replace(tzinfo=None)}
    with duckdb.connect(str(project.database)) as database:
        database.execute(
            "insert into raw.events select 'late', 'complaint', '2026-05-20', 'bob', timestamp '2026-06-02'"
        )
    second = run(project, 1)
    assert second.kind == "incremental" and learned(project) == before

    # `calibrate` looks at it. What it couldn't finish no run goes on from, but `calibrate` does.
    build = DbtProject.build

    def failed(self: DbtProject, observer: BuildObserver, **options: Any) -> BuildOutcome:
        return replace(build(self, observer, **{**options, "select": LEARNING}), succeeded=False)

    with monkeypatch.context() as patch, pytest.raises(RunFailedError):
        patch.setattr(DbtProject, "build", failed)
        learn(project, {}, print)
    assert learned(project) == before
    elsewhere = project.database.with_name("copy")
    copy = replace(project, database=elsewhere / "tiny.duckdb", published=elsewhere / "published")
    elsewhere.mkdir()
    shutil.copyfile(project.database, copy.database)
    changes = recorded(copy)
    assert all(changes.values())
    again = run(copy, 2)
    assert (again.kind, again.reason) == ("full", "what is learned of conversions was not finished")
    assert recorded(copy) == changes, "what runs recorded stands"
    with duckdb.connect(str(copy.database)) as database:
        database.execute("update state.run_state set fingerprint = null")
        database.execute("delete from raw.contacts where contact_id != 'ann'")
    with pytest.raises(RunFailedError, match="contacts are gone"):
        run(copy, 3)
    assert learn(project, {}, print)
    looked_at = learned(project)
    assert as_of(looked_at) == {(AS_OF + timedelta(days=1)).replace(tzinfo=None)}
    assert "late" in {row["activity_id"] for row in looked_at["fct_conversions"]}
    assert not learn(project, {}, print)

    # A run may score for the same instant once more.
    with duckdb.connect(str(project.database)) as database:
        database.execute(
            "insert into raw.events select 'later', 'complaint', '2026-05-19', 'cleo', timestamp '2026-06-03'"
        )
    assert run(project, 1).kind == "incremental"
    assert learn(project, {}, print) and not learn(project, {}, print)
    assert "later" in {row["activity_id"] for row in learned(project)["fct_conversions"]}

    with duckdb.connect(str(project.database)) as database:
        database.execute("delete from raw.events where event_id = 'complaint-35'")
    third = run(project, 2)
    assert third.kind == "full" and "rows are gone" in third.reason
    after = learned(project)
    assert as_of(after) == {(AS_OF + timedelta(days=2)).replace(tzinfo=None)}
    assert sorted(row["activity_id"] for row in after["fct_conversions"]) == [
        "complaint-120",
        "late",
        "later",
    ]


def test_a_full_run_is_not_finished_before_all_is_learned(
    project: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with duckdb.connect(str(project.database)) as database:
        database.execute(
            "insert into raw.events select 'gone', 'complaint', '2026-05-20', 'bob', timestamp '2026-06-02'"
        )
    run(project, 3)
    learn(project, {}, print)
    assert "gone" in {row["activity_id"] for row in learned(project)["fct_conversions"]}
    with duckdb.connect(str(project.database)) as database:
        database.execute("delete from raw.events where event_id = 'gone'")
    build = DbtProject.build

    def killed(*arguments: Any, **options: Any) -> Any:
        if LEARNING in (options.get("select") or ""):
            raise KeyboardInterrupt
        return build(*arguments, **options)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(DbtProject, "build", killed)
        run(project, 4)
    again = run(project, 5)
    assert again.kind == "full"
    assert "gone" not in {row["activity_id"] for row in learned(project)["fct_conversions"]}
    assert run(project, 6).kind == "incremental"


def recorded(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """What isn't made anew: who came into segments when, from when on notifications are news."""
    with duckdb.connect(str(settings.database), read_only=True) as database:
        tables = ("marts.segment_changes", "marts.segment_members", "state.notification_start")
        return {table: rows_of(database, f"from {table} order by all") for table in tables}


def as_of(rows: dict[str, list[dict[str, Any]]]) -> set[Any]:
    """The instants that what was learned was learned for."""
    return {row["as_of"] for mart in rows.values() for row in mart}
