"""What dbt does in a roundabout way thousands of times a build, done directly: the same comes of it.

An event is written as JSON and read again by Python code, twice; each result of a query gets parsers of dates
made for it; the search for circles walks from every node along every edge; and the summary of the graph writes each
node out whole, twice, of which it keeps the kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from leadscore.build.replaced import replaced

if TYPE_CHECKING:
    from dbt.compilation import Linker
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import BaseEvent, EventLevel
    from google.protobuf.message import Message

TYPE_TESTERS_KEPT = 256


@contextmanager
def shortcuts() -> Iterator[None]:
    """Let dbt take them while this lasts."""
    from dbt.compilation import Linker
    from dbt_common.clients import agate_helper
    from dbt_common.events import event_manager
    from dbt_common.events.base_types import BaseEvent

    with replaced(
        (BaseEvent, "__init__", _event_made(BaseEvent.__init__)),
        (event_manager, "msg_from_base_event", _message_of),
        (agate_helper, "build_type_tester", _kept(agate_helper.build_type_tester)),
        (Linker, "find_cycles", _circles_found(Linker.find_cycles)),
        (Linker, "get_graph_summary", _graph_summary),
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


def _graph_summary(linker: Linker, manifest: Manifest) -> dict[int, dict[str, Any]]:
    """Each node by its number: its name, its kind, and the numbers of those that come after it."""
    numbers = {name: number for number, name in enumerate(linker.graph)}
    summary: dict[int, dict[str, Any]] = {}
    for name, number in numbers.items():
        summary[number] = {"name": name, "type": manifest.expect(name).resource_type.value}
        if successors := [numbers[successor] for successor in linker.graph.successors(name)]:
            summary[number]["succ"] = successors
    return summary
