"""What dbt renders nodes in, made in less time: the same as dbt makes it."""

from __future__ import annotations

from typing import Any

import pytest
from dbt.artifacts.resources.types import NodeType
from dbt.clients.jinja import MacroGenerator, MacroStack
from dbt.context.configured import ConfiguredContext
from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import Macro
from leadscore.build.contexts import quick_contexts

INTERNAL = ["dbt_duckdb", "dbt"]


def macro(package: str, name: str) -> Macro:
    """A macro that tells where it is from."""
    return Macro(
        name=name, resource_type=NodeType.Macro, package_name=package, path="", original_file_path="",
        unique_id=f"macro.{package}.{name}", macro_sql=f"{package}.{name}",
    )  # fmt: skip


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    """Macros whose names stand in several packages."""
    names = {
        "dbt": "everywhere of_dbts of_dbt", "dbt_duckdb": "everywhere of_dbts of_duckdb",
        "root": "everywhere own dbt_duckdb of_dbts", "other": "everywhere own others", "dbt_spark": "spark",
    }  # fmt: skip
    macros = [macro(package, name) for package, words in names.items() for name in words.split()]
    return Manifest(macros={one.unique_id: one for one in macros})


def made(
    manifest: Manifest, search: str, ctx: dict[str, Any], stack: MacroStack, node: object
) -> MacroNamespace:
    builder = MacroNamespaceBuilder("root", search, stack, INTERNAL, node)
    return builder.build_namespace(manifest.get_macros_by_package(), ctx)


def told(value: object) -> object:
    """A namespace or a macro, with whatever is bound to it."""
    if isinstance(value, MacroGenerator):
        return (id(value.macro), id(value.context), id(value.node), id(value.stack), vars(value).keys())
    assert isinstance(value, dict)
    return {name: told(one) for name, one in value.items()}


@pytest.mark.parametrize("search", ["root", "other", "dbt", "gone"])
def test_a_context_holds_what_dbt_puts_there(
    manifest: Manifest, search: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound: tuple[Any, ...] = ({}, MacroStack(), object())  # type: ignore[no-untyped-call]
    monkeypatch.setattr(ConfiguredContext, "to_dict", lambda _: {"own": "hidden", "target": 1})
    context = object.__new__(ManifestContext)
    context.namespace = plain = made(manifest, search, *bound)
    expected = context.to_dict()  # type: ignore[no-untyped-call]
    with quick_contexts():
        context.namespace = quick = made(manifest, search, *bound)
        found = context.to_dict()  # type: ignore[no-untyped-call]
    for part in ("global_namespace", "local_namespace", "global_project_namespace", "packages"):
        assert told(getattr(quick, part)) == told(getattr(plain, part)), part
    assert found.pop("target") == expected.pop("target") == 1
    if search == "gone":
        assert isinstance(found["own"], MacroGenerator)
    assert told({name: one for name, one in found.items() if one != "hidden"}) == told(
        {name: one for name, one in expected.items() if one != "hidden"}
    )
    assert found.keys() == expected.keys()
    assert quick.get_from_package("root", "own") is not None


def test_it_is_dbts_own_again_afterwards() -> None:
    before = (MacroNamespaceBuilder.build_namespace, ManifestContext.to_dict)
    with quick_contexts():
        assert MacroNamespaceBuilder.build_namespace is not before[0]
    assert (MacroNamespaceBuilder.build_namespace, ManifestContext.to_dict) == before
