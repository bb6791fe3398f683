"""What dbt does in a roundabout way, done directly: the same comes of it."""

from __future__ import annotations

import datetime
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import networkx as nx
import pytest
from dbt.adapters.base import relation
from dbt.adapters.events import types as adapter_types
from dbt.artifacts.resources.types import NodeType
from dbt.compilation import Linker
from dbt.context import providers
from dbt.context.base import Var
from dbt.events import types as core_types
from dbt_common.clients import agate_helper
from dbt_common.events import base_types, event_manager
from dbt_common.events import types as common_types
from dbt_common.events.base_types import BaseEvent, EventLevel, msg_from_base_event
from leadscore.build.shortcuts import shortcuts
from workspaces import Workspace

TYPES: Sequence[ModuleType] = (common_types, adapter_types, core_types)
# What JSON has other forms for.
OF_KIND: Mapping[str, object] = {
    "google.protobuf.Timestamp": "2026-11-27T12:34:56.123456Z",
    "google.protobuf.ListValue": ["a", 1, None],
    "google.protobuf.Struct": {"a": "b"},
    "google.protobuf.Value": "a",
}
OF_TYPE: Mapping[str, object] = {
    "TYPE_STRING": "ünt \U0001f600",
    "TYPE_BOOL": True,
    "TYPE_FLOAT": 0.5,
    "TYPE_DOUBLE": 0.1,
    "TYPE_BYTES": "YQ==",
}
TABLES: Sequence[Sequence[Mapping[str, object]]] = (
    [],
    [{"name": "007", "rows": 7, "share": Decimal("1.50"), "at": datetime.datetime(2026, 1, 2, 3, 4, 5)}],
    [{"name": None, "rows": None}, {"name": "null", "rows": 1}, {"name": "", "rows": 2}],
    [
        {"flag": True, "day": datetime.date(2026, 1, 2), "list": [1, 2]},
        {"flag": None, "day": None, "list": []},
    ],
    [{"text": "2026-01-01", "other": "true"}, {"text": "x", "other": None}],
)


def events() -> Iterator[type[BaseEvent]]:
    """All events that dbt knows."""
    for types in TYPES:
        for kind in vars(types).values():
            if isinstance(kind, type) and issubclass(kind, BaseEvent) and kind.__module__ == types.__name__:
                yield kind


def filled(kind: Any, depth: int = 0) -> dict[str, object]:
    """Something for each of the fields of a message, as dbt gives it."""
    return {field.name: _value(field, depth) for field in kind.fields if depth < 3}


def _value(field: Any, depth: int) -> object:
    if field.type == field.TYPE_MESSAGE:
        kind = field.message_type
        if kind.GetOptions().map_entry:
            return {}
        one: object = OF_KIND.get(kind.full_name) or filled(kind, depth + 1)
    else:
        one = next((value for name, value in OF_TYPE.items() if getattr(field, name) == field.type), 3)
    return [one] if field.is_repeated else one


def made(kind: type[BaseEvent], fields: Mapping[str, object]) -> tuple[str, object]:
    """An event's message, or how it can't be made."""
    try:
        event = kind(**fields)
    except Exception as error:
        return type(error).__name__, None
    return "", event.pb_msg


def message_of(event: BaseEvent, *level: EventLevel) -> Any:
    """What is told of an event."""
    return vars(event_manager)["msg_from_base_event"](event, *level)


@pytest.mark.parametrize("rest", [{}, {"unknown_field": 1}, {"msg": 5, "base_msg": None}])
def test_events_hold_what_dbt_puts_there(rest: dict[str, object]) -> None:
    kinds = list(events())
    assert len(kinds) > 200
    for kind in kinds:
        descriptor = getattr(kind.PROTO_TYPES_MODULE, kind.__name__).DESCRIPTOR
        for fields in (filled(descriptor), dict.fromkeys(filled(descriptor))):
            expected = made(kind, {**fields, **rest})
            with shortcuts():
                assert made(kind, {**fields, **rest}) == expected, kind


def test_what_dbt_tells_most_needs_no_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(base_types, "ParseDict")
    with shortcuts():
        event = adapter_types.SQLQuery(conn_name="model.a", sql="select 1", node_info={"node_name": "a"})
        assert message_of(event).data.node_info.node_name == "a"


def test_listeners_get_what_dbt_tells() -> None:
    event = common_types.Note(msg="it's there")
    expected = msg_from_base_event(event, EventLevel.WARN)
    with shortcuts():
        found = message_of(event, EventLevel.WARN)
        assert message_of(event).info.level == event.level_tag().value
    assert abs(found.info.ts.ToNanoseconds() - expected.info.ts.ToNanoseconds()) < 60e9
    found.info.ts.CopyFrom(expected.info.ts)
    assert found == expected


@pytest.mark.parametrize("rows", TABLES)
def test_results_of_queries_are_read_as_dbt_does(rows: Sequence[Mapping[str, object]]) -> None:
    names = list(rows[0]) if rows else ["none"]
    expected = agate_helper.table_from_data_flat(rows, names)
    with shortcuts():
        for _ in range(2):
            found = agate_helper.table_from_data_flat(rows, names)
            assert [type(kind) for kind in found.column_types] == [type(k) for k in expected.column_types]
            assert [tuple(row) for row in found.rows] == [tuple(row) for row in expected.rows]


@pytest.mark.parametrize("edges", ["ab bc ac", "ab bc ca", "aa", ""])
def test_a_circle_is_told_as_dbt_tells_it(edges: str) -> None:
    linker = Linker()
    for edge in edges.split():
        linker.dependency(edge[0], edge[1])  # type: ignore[no-untyped-call]
    expected = linker.find_cycles()  # type: ignore[no-untyped-call]
    with shortcuts():
        assert linker.find_cycles() == expected  # type: ignore[no-untyped-call]


def test_tests_come_before_all_that_dbt_lets_come_after_them(tmp_path: Path) -> None:
    manifest = Workspace(tmp_path).parsed()
    expected, found = Linker(), Linker()
    for linker in (expected, found):
        linker.link_graph(manifest)
    expected.add_test_edges_1(manifest)  # what it does unless told to be quick
    with shortcuts():
        found.add_test_edges(manifest)
    assert found.graph.number_of_edges() < expected.graph.number_of_edges()
    closures = [set(nx.transitive_closure_dag(linker.graph).edges) for linker in (expected, found)]
    assert closures[0] == closures[1]
    finished = nx.ancestors(found.graph, "model.lead_scoring.run_state")
    tests = {name for name, node in manifest.nodes.items() if node.resource_type == NodeType.Test}
    assert len(tests) > 20 and tests <= finished


def test_the_summary_of_the_graph_is_dbts(tmp_path: Path) -> None:
    linker, manifest = Linker(), Workspace(tmp_path).parsed()
    linker.link_graph(manifest)
    expected = linker.get_graph_summary(manifest)
    with shortcuts():
        assert linker.get_graph_summary(manifest) == expected
    assert any("succ" in node for node in expected.values())


@pytest.mark.parametrize(
    "value", ["UTC", "", "{{ known }}", "{% if known %}a{% endif %}", "a{#b#}c", 3, None, [1]]
)
def test_a_variable_is_rendered_as_by_dbt(value: object) -> None:
    variable = Var({"known": "yes"}, {"name": value})
    expected = variable("name")
    with shortcuts():
        assert variable("name") == expected
        assert variable("unknown", 5) == 5
        with pytest.raises(Exception, match="unknown"):
            variable("unknown")


PARTS: Sequence[Sequence[Any]] = (
    *([], [{}], [{"a": True}, {"a": None, "b": 1}], [{"a": "x"}, {}, {"b": False}, {"a": "y"}]),
    *([{"a": {"b": 1}}, {"a": {"c": 2}}], [{"a": [1]}, {"a": [2]}], [{"a": {"b": 1}}, {"a": 2}]),
)


@pytest.mark.parametrize("parts", PARTS)
def test_dictionaries_are_merged_as_by_dbt(parts: Sequence[Any]) -> None:
    expected = relation.__dict__["deep_merge"](*deepcopy(parts))
    before = deepcopy(parts)
    with shortcuts():
        found = relation.__dict__["deep_merge"](*parts)
    assert found == expected and parts == before
    assert not any(found is part for part in parts)


def test_options_are_told_as_by_dbt_and_anew_for_others() -> None:
    one, other = Namespace(which="build", vars={"a": 1}), Namespace(which="compile")
    expected = [providers.__dict__["args_to_dict"](args) for args in (one, other)]
    assert expected[0] != expected[1]
    with shortcuts():
        for _ in range(2):
            found = [providers.__dict__["args_to_dict"](args) for args in (one, other)]
            assert found == expected
            found[0].clear()


def test_an_empty_table_is_one() -> None:
    with shortcuts():
        for _ in range(2):
            table = agate_helper.empty_table()  # type: ignore[no-untyped-call]
            assert len(table.rows) == len(table.columns) == 0


def test_it_is_dbts_own_again_afterwards() -> None:
    before = dbts_own()
    with pytest.raises(RuntimeError), shortcuts():
        assert not any(one is other for one, other in zip(before, dbts_own(), strict=True))
        raise RuntimeError
    assert dbts_own() == before


def dbts_own() -> Sequence[object]:
    return (
        vars(BaseEvent)["__init__"],
        vars(event_manager)["msg_from_base_event"],
        vars(agate_helper)["build_type_tester"],
        *(vars(Linker)[name] for name in ("find_cycles", "add_test_edges", "get_graph_summary")),
        *(vars(Var)["get_rendered_var"], vars(agate_helper)["empty_table"]),
        *(vars(providers)["args_to_dict"], vars(relation)["deep_merge"]),
    )
