"""What dbt does in a roundabout way thousands of times a build, done directly: the same comes of it.

An event is written as JSON and read again by Python code, twice; each result of a query gets parsers of dates
made for it; the search for circles walks from every node along every edge; a test gets an edge to all that
comes after what it tests; the summary of the graph writes each node out whole, of which it keeps the kind; a
variable of plain text is rendered in a copy of all that there is; the command's options are told anew to each
node; what a relation quotes is copied cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache, reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any

from leadscore.build.replaced import replaced

if TYPE_CHECKING:
    from dbt.compilation import Linker
    from dbt.context.base import Var
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import BaseEvent, EventLevel
    from google.protobuf.message import Message

TYPE_TESTERS_KEPT = 256
# What a merge of dictionaries takes as it is.
PLAIN = (bool, str, int, float, type(None))


@contextmanager
def shortcuts() -> Iterator[None]:
    """Let dbt take them while this lasts."""
    from dbt.adapters.base import relation
    from dbt.compilation import Linker
    from dbt.context import providers
    from dbt.context.base import Var
    from dbt.utils.utils import args_to_dict
    from dbt_common.clients import agate_helper
    from dbt_common.events import event_manager
    from dbt_common.events.base_types import BaseEvent
    from dbt_common.utils.dict import deep_merge

    with replaced(
        (BaseEvent, "__init__", _event_made(BaseEvent.__init__)),
        (event_manager, "msg_from_base_event", _message_of),
        (agate_helper, "build_type_tester", _kept(agate_helper.build_type_tester)),
        (Linker, "find_cycles", _circles_found(Linker.find_cycles)),
        (Linker, "add_test_edges", _tests_come_first),
        (Linker, "get_graph_summary", _graph_summary),
        (Var, "get_rendered_var", _variable_rendered(Var.get_rendered_var)),
        (agate_helper, "empty_table", cache(agate_helper.empty_table)),
        (providers, "args_to_dict", _arguments_told(args_to_dict)),
        (relation, "deep_merge", _merged(deep_merge)),
    ):
        yield


def _event_made(original: Any) -> Any:
    def made(event: BaseEvent, *args: Any, **fields: Any) -> None:
        if not args:
            texts = {
                name: str(value) if name in ("base_msg", "msg") else value for name, value in fields.items()
            }
            try:
                event.pb_msg = getattr(event.PROTO_TYPES_MODULE, type(event).__name__)(**texts)
                return
            except (AttributeError, TypeError, ValueError):
                pass  # an instant as text, say, which only JSON has
        original(event, *args, **fields)

    return made


def _message_of(event: BaseEvent, level: EventLevel | None = None) -> Message:
    """An event with when and where it was, as those who listen get it."""
    from dbt_common.events.base_types import get_global_metadata_vars, get_pid, get_thread_name
    from dbt_common.invocation import get_invocation_id

    message = getattr(event.PROTO_TYPES_MODULE, f"{type(event).__name__}Msg")()
    info = message.info
    info.level = level.value if level else event.level_tag().value
    info.msg = event.message()
    info.invocation_id = get_invocation_id()
    info.extra.update(get_global_metadata_vars())
    info.ts.GetCurrentTime()
    info.pid = get_pid()
    info.thread = get_thread_name()
    info.code = event.code()
    info.name = type(event).__name__
    message.data.CopyFrom(event.pb_msg)
    return message


@lru_cache(TYPE_TESTERS_KEPT)
def _type_tester(original: Any, text_columns: tuple[str, ...], null_values: tuple[str, ...]) -> Any:
    return original(text_columns, null_values)


def _kept(original: Any) -> Any:
    def build_type_tester(
        text_columns: Iterable[str], string_null_values: Iterable[str] | None = ("null", "")
    ) -> Any:
        return _type_tester(original, tuple(sorted(text_columns)), tuple(string_null_values or ()))

    return build_type_tester


def _circles_found(original: Any) -> Any:
    def find_cycles(linker: Linker) -> str | None:
        import networkx as nx

        return None if nx.is_directed_acyclic_graph(linker.graph) else original(linker)

    return find_cycles


def _tests_come_first(linker: Linker, manifest: Manifest) -> None:
    """Let what comes after all that a test looks at wait for the test.

    dbt's own quick way (`--use-fast-test-edges`) forgets tests of several nodes that come from a source.
    """
    import networkx as nx
    from dbt.artifacts.resources.types import NodeType

    graph = linker.graph
    nodes = list(nx.topological_sort(graph))
    # Sets of nodes are the bits of whole numbers.
    bits = {node: 1 << number for number, node in enumerate(nodes)}
    after: dict[str, int] = {}
    for node in reversed(nodes):
        after[node] = reduce(or_, (bits[one] | after[one] for one in graph.successors(node)), 0)
    kinds = {node: manifest.nodes[node].resource_type for node in nodes if node in manifest.nodes}
    models = [node for node, kind in kinds.items() if kind != NodeType.Test]
    before = {node: sum(bits[one] for one in graph.predecessors(node)) for node in models}
    for test, kind in kinds.items():
        if kind == NodeType.Test and (tested := list(graph.predecessors(test))):
            following = reduce(and_, (after[node] for node in tested))
            # The others wait for these.
            firsts = [node for node in models if bits[node] & following and not before[node] & following]
            graph.add_edges_from(((test, node) for node in firsts), edge_type="parent_test")


def _graph_summary(linker: Linker, manifest: Manifest) -> dict[int, dict[str, Any]]:
    """Each node by its number: its name, its kind, and the numbers of those that come after it."""
    numbers = {name: number for number, name in enumerate(linker.graph)}
    summary: dict[int, dict[str, Any]] = {}
    for name, number in numbers.items():
        summary[number] = {"name": name, "type": manifest.expect(name).resource_type.value}
        if successors := [numbers[successor] for successor in linker.graph.successors(name)]:
            summary[number]["succ"] = successors
    return summary


def _variable_rendered(original: Any) -> Any:
    def get_rendered_var(variable: Var, name: str) -> Any:
        value = variable._merged[name]
        # What has none of these is no template.
        is_plain = isinstance(value, str) and not any(mark in value for mark in "{}")
        return value if is_plain else original(variable, name)

    return get_rendered_var


def _arguments_told(original: Any) -> Any:
    told: dict[int, tuple[Any, dict[str, Any]]] = {}

    def args_to_dict(args: Any) -> dict[str, Any]:
        # With what it is told of, lest another of its kind gets its number.
        if id(args) not in told:
            told[id(args)] = (args, original(args))
        return dict(told[id(args)][1])

    return args_to_dict


def _merged(original: Any) -> Any:
    def deep_merge(*parts: Any) -> Any:
        merged: dict[Any, Any] = {}
        for part in parts:
            if type(part) is not dict or not all(type(value) in PLAIN for value in part.values()):
                return original(*parts)
            merged.update(part)
        return merged if parts else original()

    return deep_merge
