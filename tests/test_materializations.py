"""The project's own materializations: what they refuse, contracts of views, tables that are never rebuilt."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from dbt.cli.main import dbtRunner
from leadscore.build.project import let_go_of_databases
from workspaces import PROJECT, results_of

SEGMENTS = PROJECT / "models" / "marts" / "segments"
# What the real strategies and `segment_changes` ask for, in a project without the run's own tables.
STUBS = """
{% macro get_incremental_all_sql(arguments) %}{{ replaced_rows(arguments, 'true', none) }}{% endmacro %}
{% macro run_plan() %}{% do ref('run_plan') %}{{ return({'run_number': var('run_number')}) }}{% endmacro %}
{% macro _run_in(relation) %}{{ return({'run_number': var('run_number') - 1}) }}{% endmacro %}
{% macro as_of() %}timestamp '2026-01-01'{% endmacro %}
"""
MATCHES = (
    "select 'vip' as segment_id, cast(i as varchar) as contact_id, "
    "cast(i * {{ var('run_number') }} as bigint) as content_hash, true as is_mailable "
    "from range(3) as made (i)"
)
Columns = dict[str, str]
Constraints = dict[str, list[dict[str, Any]]]
Messages = dict[str, str]


class TinyProject:
    """A dbt project of a few models, with the real macros that make tables."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.properties: dict[str, dict[str, Any]] = {}
        for part in ("materializations", "dialect"):
            shutil.copytree(PROJECT / "macros" / part, folder / "macros" / part)
        for file in ("runs/incremental_strategies.sql", "segments/publications.sql"):
            shutil.copy(PROJECT / "macros" / file, folder / "macros")
        (folder / "macros" / "stubs.sql").write_text(STUBS)
        (folder / "models").mkdir()
        project = {"name": "tiny", "version": "1.0.0", "profile": "tiny"}
        self._write("dbt_project.yml", project)
        target = {"type": "duckdb", "path": str(folder / "tiny.duckdb"), "threads": 1}
        self._write("profiles.yml", {"tiny": {"target": "dev", "outputs": {"dev": target}}})

    def model(
        self,
        name: str,
        sql: str,
        columns: Columns | None = None,
        constraints: Constraints | None = None,
        /,
        **config: object,
    ) -> None:
        """Write a model; with columns, one with an enforced contract, and constraints by column."""
        (self.folder / "models" / f"{name}.sql").write_text(sql)
        properties: dict[str, Any] = {"name": name, "config": config}
        if columns is not None:
            config["contract"] = {"enforced": True}
            properties["columns"] = [
                {"name": column, "data_type": kind, "constraints": (constraints or {}).get(column, [])}
                for column, kind in columns.items()
            ]
        self.properties[name] = properties

    def run(self, run_number: int, *arguments: str) -> Messages:
        """Run all models; the messages of those that failed."""
        self._write("models/models.yml", {"models": list(self.properties.values())})
        options = ["--vars", f"{{run_number: {run_number}}}", "--project-dir", str(self.folder)]
        options += ["--profiles-dir", str(self.folder), "--target-path", str(self.folder / "target")]
        options += ["--log-path", str(self.folder / "logs"), *arguments]
        try:
            done = dbtRunner().invoke(["--quiet", "run", *options])
        finally:
            let_go_of_databases()
        assert done.exception is None, done.exception
        return {
            result.node.name: str(result.message)
            for result in results_of(done)
            if str(result.status) != "success"
        }

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.folder / "tiny.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def _write(self, path: str, content: Any) -> None:
        (self.folder / path).write_text(yaml.safe_dump(content, sort_keys=False))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[TinyProject, Messages, Messages]:
    """The project after a run, an edit of its models, and one more run, with what failed in either."""
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    project = TinyProject(tmp_path_factory.mktemp("tiny"))
    project.model("run_plan", "select 1 as run_number", materialized="table")
    project.model("int_segment_matches", MATCHES, materialized="view")
    _segment_changes(project)
    _refused(project)
    _before(project)
    first = project.run(1)
    _segment_changes(project, new_column=True)
    _after(project)
    return project, first, project.run(2)


def _segment_changes(project: TinyProject, new_column: bool = False) -> None:
    """The real model and its contract; with one column more at will."""
    sql = (SEGMENTS / "segment_changes.sql").read_text(encoding="utf-8")
    described = yaml.safe_load(next(SEGMENTS.glob("_*.yml")).read_text(encoding="utf-8"))["models"]
    columns = next(model for model in described if model["name"] == "segment_changes")["columns"]
    contract = {column["name"]: column["data_type"] for column in columns}
    constraints = {column["name"]: column.get("constraints", []) for column in columns}
    if new_column:
        sql = sql.replace(
            "select * from changes", "select *, cast(1.5 as decimal(18, 8)) as worth from changes"
        )
        contract["worth"] = "decimal(18, 8)"
    project.model("segment_changes", sql, contract, constraints)


def _refused(project: TinyProject) -> None:
    """Models that are configured with what would be ignored."""
    one, increment = "select 1 as id", {"materialized": "incremental", "incremental_strategy": "all"}
    project.model(
        "everything", one, materialized="table", pre_hook="select 1", post_hook=["select 2"],
        sql_header="select 3;", grants={"select": ["eve"]}, persist_docs={"relation": True},
        indexes=[{"columns": ["id"]}], partitioned_by="id", sorted_by=["id"],
    )  # fmt: skip
    project.model(
        "hooked_view", one, materialized="view", post_hook="select 1", persist_docs={"columns": True}
    )
    project.model(
        "merged", one, materialized="incremental", incremental_strategy="merge", unique_key="id",
        incremental_predicates=["true"], merge_update_columns=["id"], on_schema_change="sync_all_columns",
    )  # fmt: skip
    project.model("no_strategy", one, materialized="incremental")
    project.model("ignorant", one, on_schema_change="ignore", **increment)
    project.model("untyped", one, on_schema_change="append_new_columns", **increment)
    project.model(
        "nothing_said", one, pre_hook=[], post_hook="", grants={}, persist_docs={"relation": False},
        unique_key=None, indexes=[], **increment,
    )  # fmt: skip
    project.model(
        "constrained_view", one, {"id": "int"}, {"id": [_unenforced("not_null")]}, materialized="view"
    )
    known = [{**_unenforced("not_null"), "warn_unsupported": False}]
    project.model("known_view", one, {"id": "int"}, {"id": known}, materialized="view")


def _unenforced(kind: str) -> dict[str, Any]:
    return {"type": kind}


def _before(project: TinyProject) -> None:
    """Models that the first run makes, and an edit breaks or changes."""
    two = "select 1 as id, 'a' as name"
    contract = {"id": "int", "name": "string"}
    project.model("narrow_view", two, {"id": "int"}, materialized="view")
    project.model("edited_view", two, contract, materialized="view")
    project.model("becomes_view", two, contract, materialized="table")
    increment = {"materialized": "incremental", "incremental_strategy": "all", "on_schema_change": "fail"}
    for name in ("grows", "shrinks", "retyped", "turned"):
        project.model(name, two, **increment)
    increment["on_schema_change"] = "append_new_columns"
    for name in ("kept_shrinks", "kept_retyped", "constrained", "not_in_contract"):
        project.model(name, two, contract, full_refresh=False, **increment)


def _after(project: TinyProject) -> None:
    """The edits: a column more, one less, another type, another order."""
    contract = {"id": "int", "name": "string"}
    project.model("edited_view", "select 1 as id, 2 as name", contract, materialized="view")
    project.model("becomes_view", "select 1 as id", contract, materialized="view")
    sql = {
        "grows": "select 1 as id, 'a' as name, 1.5 as worth",
        "shrinks": "select 1 as id",
        "retyped": "select 1 as id, 2 as name",
        "turned": "select 'b' as name, 2 as id",
    }
    increment = {"materialized": "incremental", "incremental_strategy": "all"}
    for name, text in sql.items():
        project.model(name, text, on_schema_change="fail", **increment)
    kept = {**increment, "on_schema_change": "append_new_columns", "full_refresh": False}
    more, worth = "select 1 as id, 'a' as name, 'x' as worth", {**contract, "worth": "string"}
    project.model("kept_shrinks", "select 1 as id", {"id": "int"}, **kept)
    project.model("kept_retyped", "select 1 as id, 2 as name", {"id": "int", "name": "int"}, **kept)
    project.model("constrained", more, worth, {"worth": [{"type": "not_null"}]}, **kept)
    project.model("not_in_contract", more, contract, **kept)


@pytest.mark.parametrize(
    ("model", "keys"),
    [
        (
            "everything",
            "pre-hook post-hook grants persist_docs sql_header indexes partitioned_by sorted_by",
        ),
        ("hooked_view", "post-hook persist_docs"),
        (
            "merged",
            "unique_key incremental_predicates merge_update_columns incremental_strategy on_schema_change",
        ),
        ("no_strategy", "incremental_strategy"),
        ("ignorant", "on_schema_change"),
        ("untyped", "on_schema_change"),
        ("constrained_view", "constraints"),
    ],
)
def test_what_would_be_ignored_is_refused_all_at_once(
    story: tuple[TinyProject, Messages, Messages], model: str, keys: str
) -> None:
    message = story[1][model]
    assert f"{model} is configured with what the materialization" in message
    told = [line.strip().removeprefix("- ") for line in message.splitlines() if line.strip().startswith("- ")]
    assert {line.split(":")[0] for line in told} == set(keys.split()), message
    assert all(len(line.split(":")[1]) > 20 for line in told), "what to do is missing"


def test_what_is_empty_is_not_configured(story: tuple[TinyProject, Messages, Messages]) -> None:
    failed = {"narrow_view", "everything", "hooked_view", "merged", "no_strategy", "ignorant", "untyped"}
    assert set(story[1]) == failed | {"constrained_view"}, story[1]


def test_a_view_that_differs_from_its_contract_is_refused(
    story: tuple[TinyProject, Messages, Messages],
) -> None:
    project, first, second = story
    assert "name VARCHAR is only in the model" in first["narrow_view"]
    assert not project.rows("from duckdb_views() where view_name = 'narrow_view'")
    assert "name VARCHAR is only in the contract" in second["edited_view"]
    assert "name INTEGER is only in the model" in second["edited_view"]
    assert project.rows("from edited_view") == [(1, "a")], "the view before stays"


def test_a_table_stays_if_the_view_that_takes_its_place_is_refused(
    story: tuple[TinyProject, Messages, Messages],
) -> None:
    project, _, second = story
    assert "name VARCHAR is only in the contract" in second["becomes_view"]
    assert project.rows("from becomes_view") == [(1, "a")]


def test_a_column_added_to_segment_changes_is_null_in_older_rows(
    story: tuple[TinyProject, Messages, Messages],
) -> None:
    project, first, second = story
    assert "segment_changes" not in first, first["segment_changes"]
    assert "segment_changes" not in second, second["segment_changes"]
    rows = project.rows("select run_number, contact_id, change, worth from segment_changes order by all")
    added = [(1, str(contact), "added", None) for contact in range(3)]
    # The content of contact 0 is the same in both runs.
    assert rows == added + [(2, str(contact), "updated", 1.5) for contact in (1, 2)]
    kinds = project.rows("select column_type from (describe segment_changes) where column_name = 'worth'")
    assert kinds == [("DECIMAL(18,8)",)]


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("grows", ["worth DECIMAL(2,1) is only in the model", "--full-refresh"]),
        ("shrinks", ["name VARCHAR is only in the table", "--full-refresh"]),
        ("retyped", ["name INTEGER is only in the model", "name VARCHAR is only in the table"]),
        ("kept_shrinks", ["name VARCHAR is only in the table", "never rebuilt"]),
        ("kept_retyped", ["name INTEGER is only in", "name VARCHAR is only in the table", "never rebuilt"]),
        ("constrained", ["constrained.worth is new", "leave out its constraints"]),
        ("not_in_contract", ["worth VARCHAR is only in the model", "append_new_columns"]),
    ],
)
def test_a_table_that_does_not_fit_its_model_is_refused_and_stays(
    story: tuple[TinyProject, Messages, Messages], model: str, told: list[str]
) -> None:
    project, _, second = story
    assert all(words in second[model] for words in [model, *told]), second[model]
    assert project.rows(f"from {model}") == [(1, "a")]


def test_the_order_of_columns_is_free(story: tuple[TinyProject, Messages, Messages]) -> None:
    project, _, second = story
    assert "turned" not in second, second["turned"]
    assert project.rows("from turned") == [(2, "b")]
