"""What dbt renders nodes in, made in less time: the same as dbt makes it."""

from __future__ import annotations

from typing import Any

import pytest
from dbt.artifacts.resources.types import NodeType
from dbt.clients.jinja import MacroGenerator, MacroStack
from dbt.context.configured import ConfiguredContext
from dbt.context.macros import MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import Macro
from leadscore.build.contexts import quick_contexts

INTERNAL = ["dbt_duckdb", "dbt"]
NODE, STACK = object(), MacroStack()  # type: ignore[no-untyped-call]
SEARCHED = ["root", "other", "dbt", "gone"]


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


@pytest.fixture(autouse=True)
def said(monkeypatch: pytest.MonkeyPatch) -> None:
    """What contexts say besides macros, one of it by a macro's name."""

    def to_dict(context: Any) -> dict[str, Any]:
        context._ctx.update({"own": "hidden", "target": 1, "context": context._ctx})
        return context._ctx  # type: ignore[no-any-return]

    monkeypatch.setattr(ConfiguredContext, "to_dict", to_dict)


def made(manifest: Manifest, search: str) -> ManifestContext:
    """A context of a node of a package, with the macros of all."""
    context = object.__new__(ManifestContext)
    context.manifest, context._ctx = manifest, {}
    builder = MacroNamespaceBuilder("root", search, STACK, INTERNAL, NODE)
    context._get_namespace_builder = lambda: builder  # type: ignore[method-assign]
    context.namespace = context._build_namespace()
    return context


def told(value: object, context: ManifestContext) -> object:
    """A namespace or a macro, with whatever is bound to it."""
    if isinstance(value, MacroGenerator):
        bound = (value.context is context._ctx, value.node is NODE, value.stack is STACK)
        return (id(value.macro), *bound, vars(value).keys())
    if value is context._ctx:
        return "itself"
    return {name: told(one, context) for name, one in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize("search", SEARCHED)
def test_a_context_holds_what_dbt_puts_there(manifest: Manifest, search: str) -> None:
    plain = made(manifest, search)
    expected = dict(plain.to_dict())  # type: ignore[no-untyped-call]
    with quick_contexts():
        quick = made(manifest, search)
        found = quick.to_dict()  # type: ignore[no-untyped-call]
    assert found is quick._ctx and isinstance(found, dict) and found
    # Asked for one by one, then as a whole.
    for name, value in expected.items():
        assert name in found and found.get(name) is found[name]
        assert told(found[name], quick) == told(value, plain), name
    assert "nothing" not in found and found.get("nothing") is None
    with pytest.raises(KeyError):
        found["nothing"]
    assert {**found}.keys() == dict(found).keys() == found.copy().keys() == expected.keys()
    for part in ("global_namespace", "local_namespace", "global_project_namespace", "packages"):
        assert told(getattr(quick.namespace, part), quick) == told(getattr(plain.namespace, part), plain)
    assert quick.namespace.get_from_package("root", "own") is not None
    assert quick.namespace.get_from_package(None, "nothing") is None


@pytest.mark.parametrize("search", SEARCHED)
def test_it_holds_all_of_it_whatever_was_asked_for_first(manifest: Manifest, search: str) -> None:
    expected = made(manifest, search).to_dict().keys()  # type: ignore[no-untyped-call]
    with quick_contexts():
        found = made(manifest, search).to_dict()  # type: ignore[no-untyped-call]
        found["new"] = "own"
        assert "hidden" not in found.values()
        assert found.pop("new") == "own" and found.setdefault("target", 2) == 1
        assert found.keys() == expected and len(found) == len(expected)


def test_it_is_dbts_own_again_afterwards() -> None:
    owned = (
        *((MacroNamespaceBuilder, "build_namespace"), (ManifestContext, "_build_namespace")),
        (ManifestContext, "to_dict"),
    )
    before = [getattr(owner, name) for owner, name in owned]
    with quick_contexts():
        assert not any(getattr(owner, name) in before for owner, name in owned)
    assert [getattr(owner, name) for owner, name in owned] == before
