"""The project's weight and shape: the nodes of a tick, where SQL stands, which way folders refer."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from dbt.contracts.graph.manifest import Manifest
from leadscore.configuration.unchanged import WITH_LOCAL_RAW_TABLES
from workspaces import PROJECT, Workspace

# The tags of what a run leaves out when only raw rows are new.
LEFT_OUT = {word.removeprefix("tag:") for word in WITH_LOCAL_RAW_TABLES.split()}
# Models and data tests of a run without these: each costs dbt's time, also when nothing is new.
TICK_NODES = 55
# Folders of models, each layer referring to those before it. Folders of one layer may refer to each other:
# whom a run is about is found in the events, and its events are those of whom it is about.
LAYERS = (
    {"configuration"},
    {"sources", "run", "staging", "people", "activities"},
    {"rules"},
    {"ledger"},
    {"segments", "notifications", "quality", "learning"},
    {"marts"},
    {"semantic"},
)
# What refers back all the same: (parent, child) -> why. `*` is any parent.
BACKWARDS = {
    ("*", "run_state"): "written last, it waits for all that the run made",
    ("int_ledger", "run_moved"): "whose points begin or end between two runs stands in the ledger",
    ("rfm_features", "int_segment_matches"): "conditions of segments may name RFM, a mart",
}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    return Workspace(tmp_path_factory.mktemp("weight")).parsed()


@pytest.fixture(scope="module")
def edges(manifest: Manifest) -> list[tuple[Any, Any]]:
    """The references between models: parent, child."""
    models = {model.unique_id: model for model in _nodes(manifest, "model")}
    return [
        (models[parent], child)
        for child in models.values()
        for parent in child.depends_on_nodes
        if parent in models
    ]


def test_a_tick_builds_few_nodes(manifest: Manifest) -> None:
    """As `leadscore run` selects them: a test is left out if all that it looks at is (`cautious`)."""
    left_out = {node.unique_id for node in _nodes(manifest, "model", "seed") if LEFT_OUT & set(node.tags)}
    built = [model.name for model in _nodes(manifest, "model") if model.unique_id not in left_out]
    built += [
        test.name
        for test in _nodes(manifest, "test")
        if not LEFT_OUT & set(test.tags) and not set(test.depends_on_nodes) <= left_out
    ]
    assert left_out and len(built) <= TICK_NODES, f"{len(built)} nodes: {', '.join(sorted(built))}"


def test_views_of_a_tick_are_left_out(manifest: Manifest) -> None:
    """A view has nothing to do in a tick: its SQL stays."""
    views = [model for model in _nodes(manifest, "model") if model.config.materialized == "view"]
    built = [model.name for model in views if not LEFT_OUT & set(model.tags)]
    assert views and not built, f"views without one of the tags {sorted(LEFT_OUT)}: {built}"


def test_without_sources_there_is_no_node_of_theirs(manifest: Manifest) -> None:
    """Var `sources` is empty unless it is set."""
    of_theirs = {"run_source_rows", "source_rows_read"}
    found = [model.name for model in _nodes(manifest, "model") if _folder(model) == "sources"]
    assert not [*found, *(of_theirs & {model.name for model in _nodes(manifest, "model")})]


def test_more_sql_stands_in_models_than_in_macros() -> None:
    lines = {
        folder: sum(len(path.read_text(encoding="utf-8").splitlines()) for path in _tracked(folder))
        for folder in ("models", "macros")
    }
    assert 0 < lines["macros"] < lines["models"], lines


def test_folders_refer_one_way(edges: list[tuple[Any, Any]]) -> None:
    against = [
        f"{_folder(parent)}/{parent.name} -> {_folder(child)}/{child.name}"
        for parent, child in edges
        if _layer(parent) > _layer(child) and not _excused(parent, child)
    ]
    assert edges and not against, "references against the order of the folders:\n" + "\n".join(against)


def test_every_exception_is_needed(edges: list[tuple[Any, Any]]) -> None:
    needed = {
        pair for parent, child in edges if _layer(parent) > _layer(child) for pair in _excused(parent, child)
    }
    assert needed == set(BACKWARDS), f"no longer needed, take them off the list: {set(BACKWARDS) - needed}"


def _nodes(manifest: Manifest, *kinds: str) -> Iterable[Any]:
    return [node for node in manifest.nodes.values() if node.resource_type in kinds]


def _folder(model: Any) -> str:
    return Path(model.original_file_path).parts[1]


def _layer(model: Any) -> int:
    [place] = [place for place, folders in enumerate(LAYERS) if _folder(model) in folders]
    return place


def _excused(parent: Any, child: Any) -> set[tuple[str, str]]:
    return {(parent.name, child.name), ("*", child.name)} & set(BACKWARDS)


def _tracked(folder: str) -> list[Path]:
    """The SQL files of a folder that are, or would be, in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", f"{folder}/*.sql"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a clone")
    return [path for name in listed.stdout.splitlines() if (path := PROJECT / name).is_file()]
