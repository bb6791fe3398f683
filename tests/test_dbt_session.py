"""The project stays parsed from build to build, and is parsed again when it changed."""

from __future__ import annotations

import gc
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.contracts.graph.manifest import Manifest
from leadscore.build.environment import PARSED_DATABASE
from leadscore.build.outcome import failed_run
from leadscore.build.parsed import PARSED_FOLDERS, ParsedProject, make_ready, project_stamp
from leadscore.build.project import READ_BY_SQL, DbtProject
from leadscore.build.transcript import Transcript
from leadscore.settings import Settings
from leadscore.storage.database import open_database
from parsed_once import parsed_anew
from tiny_project import score, tiny_project
from workspaces import PROJECT, Workspace, write_seeds


class Heard:
    """The nodes that were built."""

    def __init__(self) -> None:
        self.nodes: list[str] = []

    def started(self, node: str, total: int) -> None:
        self.nodes.append(node)

    def finished(self, node: str) -> None:
        assert node in self.nodes


@pytest.fixture(scope="module", autouse=True)
def as_for_users() -> Iterator[None]:
    """Nothing that another test's project was parsed to."""
    with parsed_anew():
        yield


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with tiny_project(tmp_path_factory.mktemp("session")) as settings:
        yield settings


def test_tests_run_on_their_own_and_builds_after_them_on_the_same_manifest(tiny: Settings) -> None:
    project = DbtProject(tiny.root, tiny.database, tiny.seeds)
    heard = Heard()
    outcome = project.test(heard, select="configuration_is_valid")
    assert heard.nodes == ["configuration_is_valid"]
    assert not outcome.succeeded, "nothing is built yet"
    assert [failure.node for failure in outcome.failures] == ["configuration_is_valid"]
    manifest = project.parsed._manifest
    assert manifest is not None
    built = project.build(Heard(), select="scoring_models", exclude="resource_type:test")
    assert built.succeeded and built.log is None
    assert project.parsed._manifest is manifest


def test_a_failure_leaves_all_that_dbt_said_where_the_message_points_to(
    tiny: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path))
    monkeypatch.setenv("DBT_ENV_SECRET_TOKEN", "configuration_is_valid")
    project = DbtProject(tiny.root, tiny.database, tiny.seeds)
    outcome = project.test(Heard(), select="configuration_is_valid")
    assert outcome.log == tmp_path / "failed_run.log" and str(outcome.log) in failed_run(outcome).advice
    said = outcome.log.read_text(encoding="utf-8")
    assert "[error]" in said and "does not exist" in said
    assert "configuration.config_errors" in said.replace('"', ""), "statements too"
    assert "configuration_is_valid" not in said, "no secrets of dbt"
    monkeypatch.setenv("LEADSCORE_TARGET", "none")
    broken = DbtProject(tiny.root, tiny.database, tiny.seeds).build(Heard())
    assert broken.log is not None and str(broken.log) in failed_run(broken).advice
    assert "does not have a target named" in broken.log.read_text(encoding="utf-8")


def test_a_log_that_can_not_be_written_is_no_failure(
    tiny: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "file" / "logs"))
    assert Transcript().write(tiny.root) is None


def test_one_manifest_serves_whatever_is_in_the_seeds_until_there_is_another(tiny: Settings) -> None:
    project = DbtProject(tiny.root, tiny.database, tiny.seeds)
    manifests: list[object] = []

    def built() -> object:
        heard = Heard()
        outcome = project.build(
            heard,
            run_variables={"as_of": f"2026-01-{len(manifests) + 1:02}"},
            select="scoring_models scoring_rules",
            exclude="scoring_rules resource_type:test",
        )
        assert outcome.succeeded, outcome
        assert heard.nodes == ["scoring_models"]
        manifests.append(project.parsed._manifest)
        return manifests[-1]

    first = built()
    assert built() is first
    with (tiny.seeds / "scoring_models.csv").open("a", encoding="utf-8") as seed:
        seed.write("fourth,Fourth,,,,,\n")
    assert built() is first
    with duckdb.connect(str(tiny.database)) as connection:
        assert connection.execute("select count(*) from seeds.scoring_models").fetchall() == [(4,)]
    (tiny.seeds / "of_a_team.csv").write_text("a\n1\n", encoding="utf-8")
    assert built() is not first
    assert gc.isenabled()


def test_a_project_that_cannot_be_parsed_is_said_and_tried_again(tmp_path: Path) -> None:
    with tiny_project(tmp_path) as settings:
        project = DbtProject(tmp_path / "nowhere", settings.database, settings.seeds)
        (tmp_path / "nowhere").mkdir()
        for _ in range(2):
            outcome = project.build(Heard())
            assert not outcome.succeeded
            assert "dbt_project.yml" in outcome.stopped_by
            assert project.parsed._manifest is None


@pytest.mark.parametrize("file", ["models/a.sql", "macros/deep/b.sql", "profiles.yml", "tests/dbt/c.sql"])
def test_a_stamp_changes_with_every_file_that_dbt_parses(tmp_path: Path, file: str) -> None:
    stamps = [project_stamp(tmp_path, ["a.csv"], [])]
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    for text in ("a", "ab"):
        path.write_text(text, encoding="utf-8")
        stamps.append(project_stamp(tmp_path, ["a.csv"], []))
    stamps.append(project_stamp(tmp_path, ["a.csv"], ["--vars", "{}"]))
    assert len(set(stamps)) == 4
    path.unlink()
    assert project_stamp(tmp_path, ["a.csv"], []) == stamps[0]


@pytest.mark.parametrize(
    ("variable", "parsed_anew"),
    [
        ("LEADSCORE_THREADS", False),
        ("DBT_LOG_PATH", False),
        ("DBT_WARN_ERROR", True),
        ("LEADSCORE_TARGET", True),
    ],
)
def test_a_stamp_changes_with_what_a_parse_reads_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, parsed_anew: bool
) -> None:
    (tmp_path / "profiles.yml").write_text(
        "{{ env_var('LEADSCORE_THREADS') }} {{ env_var('LEADSCORE_TARGET') }}"
    )
    before = project_stamp(tmp_path, [], [])
    monkeypatch.setenv(variable, "other")
    assert (project_stamp(tmp_path, [], []) != before) == parsed_anew


def test_a_stamp_goes_by_what_a_file_says(tmp_path: Path) -> None:
    """Tools write files with times of their own: an edit may keep both size and time, a new clone neither."""
    file = tmp_path / "models" / "a.sql"
    file.parent.mkdir()
    file.write_text("select 1")
    before, times = project_stamp(tmp_path, [], []), file.stat()
    file.write_text("select 2")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert project_stamp(tmp_path, [], []) != before
    file.write_text("select 1")
    os.utime(file, ns=(0, 0))
    assert project_stamp(tmp_path, [], []) == before


def test_what_was_parsed_while_a_file_was_edited_serves_this_once(tmp_path: Path) -> None:
    project, times = ParsedProject(), []

    def parse() -> Manifest:
        times.append(1)
        return Manifest()

    def edited() -> bool:
        return len(times) == 1

    for parsed in (1, 2, 2):
        project.manifest(("a",), parse, tmp_path / "parsed", lambda: not edited())
        assert len(times) == parsed
    ParsedProject().manifest(("a",), parse, tmp_path / "parsed")
    assert len(times) == 2, "kept for other processes too, once it was whole"


def test_a_stamp_stays_when_the_folder_moves(tmp_path: Path) -> None:
    (tmp_path / "here" / "models").mkdir(parents=True)
    (tmp_path / "here" / "models" / "a.sql").write_text("a")
    before = project_stamp(tmp_path / "here", [], [])
    (tmp_path / "here").rename(tmp_path / "there")
    assert project_stamp(tmp_path / "there", [], []) == before


def test_all_folders_that_dbt_parses_are_watched() -> None:
    text = (PROJECT / "dbt_project.yml").read_text(encoding="utf-8")
    for folder in PARSED_FOLDERS:
        assert f"-paths: [{folder}]" in text
    assert text.count("-paths: [") == len(PARSED_FOLDERS)


def test_a_failed_parse_is_not_kept() -> None:
    kept = ParsedProject()
    first, again = Manifest(), Manifest()
    assert kept.manifest(("a",), lambda: None) is None
    assert kept.manifest(("a",), lambda: first) is first
    assert kept.manifest(("a",), lambda: pytest.fail("it is kept")) is first
    kept.forget()
    assert kept.manifest(("a",), lambda: again) is again


def test_what_all_commands_share_is_what_dbt_parses_at_each_place(tmp_path: Path) -> None:
    """Kept by another process, led to other seeds and another database: it differs in nothing that counts."""
    workspace = Workspace(tmp_path, write_seeds(tmp_path / "seeds", {"scoring_models": [{"model_id": "m"}]}))
    for _ in range(2):
        project = DbtProject(PROJECT, workspace.database, workspace.seeds)
        assert project.build(Heard(), select="scoring_models").succeeded
        parsed = project.parsed._manifest
        assert parsed is not None
        assert workspace.rows("select model_id from seeds.scoring_models") == [{"model_id": "m"}]
    assert parsed is not None
    plain = workspace.manifest()
    assert content(parsed) == content(plain)
    assert places(parsed) == places(plain)
    project = DbtProject(PROJECT, tmp_path / ".other.name.duckdb", workspace.seeds, parsed=project.parsed)
    assert project.build(Heard(), select="scoring_models").succeeded
    assert {place[0] for place in places(parsed).values()} == {"other"}


def test_a_raw_database_stays_where_it_is_whatever_is_built_in() -> None:
    manifest = Manifest()
    places = {name: {"database": name} for name in ("scores", PARSED_DATABASE)}
    manifest.flat_graph = {"sources": {**places, "raw": {"database": "scores"}}}
    for database in ("scores", "other", "raw", "scores"):
        make_ready(manifest, PROJECT, Path("seeds"), database)
        found = {name: place["database"] for name, place in manifest.flat_graph["sources"].items()}
        assert found == {"scores": "scores", "raw": "scores", PARSED_DATABASE: database}


def test_what_is_parsed_does_not_depend_on_variables_of_the_sql(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    others: dict[str, object] = dict.fromkeys(READ_BY_SQL, "another")
    others |= {"score_machine_events": True, "notify_history": True, "forecast_days": 3, "transition_days": 3}
    others |= {"currency": "EUR", "rfm_window": "1 year", "rfm_scoring": "quantile"}
    others |= {"time_zone": "Asia/Tokyo", "asset_fields": ["event.properties.title"]}
    assert set(others) == READ_BY_SQL
    assert content(workspace.manifest("--vars", json.dumps(others))) == content(workspace.manifest())


def test_ephemeral_models_are_put_into_the_sql_of_every_build(tiny: Settings) -> None:
    project = DbtProject(tiny.root, tiny.database, tiny.seeds)
    for _ in range(2):
        outcome = project.build(Heard(), select="+config_errors", tested=False)
        assert outcome.succeeded, outcome


def test_scores_that_do_not_follow_one_another_are_found(tmp_path: Path) -> None:
    with tiny_project(tmp_path) as settings:
        score(settings)
        for place, damage in enumerate(
            (
                "update store.int_score_changes set score = score",
                "insert into store.int_score_changes from store.int_score_changes limit 1",
                "update store.int_score_changes set valid_to = valid_to + interval 1 hour",
                "update store.int_score_changes set valid_to = '2999-01-01' where valid_to is null",
                "delete from store.int_score_changes where previous_score > 0 and valid_to is not null",
            )
        ):
            folder = tmp_path / str(place)
            folder.mkdir()
            database = Path(shutil.copy(settings.database, folder))
            with open_database(database) as opened:
                assert opened.execute(damage)[0][0]
            outcome = DbtProject(settings.root, database, settings.seeds).test(
                Heard(), select="test_name:periods_adjoin"
            )
            assert outcome.succeeded is (place == 0), damage
            assert all(failure.node.startswith("periods_adjoin") for failure in outcome.failures)


def places(manifest: Manifest) -> dict[str, tuple[str, str | None]]:
    """Where models find what they look up by `graph`."""
    return {
        name: (item["database"], item.get("relation_name"))
        for kind in ("nodes", "sources")
        for name, item in manifest.flat_graph[kind].items()
    }


def content(manifest: Manifest) -> dict[str, dict[str, Any]]:
    """What a manifest says, but for what no build reads."""
    said: dict[str, dict[str, Any]] = {
        kind: {name: item.to_dict() | UNREAD for name, item in getattr(manifest, kind).items()}
        for kind in KINDS
    }
    for node in said["nodes"].values():
        node.get("depends_on", {}).pop("macros", None)
    return said


KINDS = (
    "nodes", "sources", "macros", "docs", "exposures", "groups", "metrics", "semantic_models", "unit_tests",
    "saved_queries",
)  # fmt: skip
# When it was made, what the cells of a seed add up to, and what a build did with it.
UNREAD = dict.fromkeys(("created_at", "checksum", "build_path", "compiled_path"))
UNREAD |= dict.fromkeys(("refs", "compiled", "compiled_code", "index", "extra_ctes", "extra_ctes_injected"))
