"""How templates call and look up, in less time: the same comes of it, and the sandbox stays shut."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from dbt.artifacts.resources.types import NodeType
from dbt.clients.jinja import MacroGenerator, MacroStack, get_rendered
from dbt.contracts.graph.nodes import Macro
from dbt_common.clients.jinja import MacroFuzzEnvironment
from demo_clone import Demo
from leadscore.build.calls import quick_calls
from workspaces import Workspace

RUN_ID = re.compile(r"'([0-9a-f-]{36})'")  # dbt's invocation_id
MACROS = {
    "doubled": "{% macro doubled(x, by=2) %}{{ return(x * by) }}{% endmacro %}",
    "text": "{% macro text() %}{{ caller() if caller }}{{ varargs }}{{ kwargs }}{% endmacro %}",
    "wrong": "{% macro wrong() %}{{ 1 + 'a' }}{% endmacro %}",
    "outer": "{% macro outer(x) %}{{ doubled(doubled(x)) }} {{ told }}{% endmacro %}",
    "again": "{% macro again(x) %}{{ again(x - 1) ~ x if x else '' }}{% endmacro %}",
}
TEMPLATES = [
    *("{{ doubled(4) }}", "{{ doubled(4, by=3) }}", "{{ doubled() }}", "{{ doubled(1, 2, 3) }}"),
    *("{{ text(1, 2, a=3) }}", "{% call text() %}inside{% endcall %}", "{{ wrong() }}", "{{ outer(2) }}"),
    *("{{ again(5) }}", "{% for x in [1, 2] %}{{ doubled(x) }}{{ loop.index }}{% endfor %}"),
    "{% set found = [] %}{% for x in range(3) %}{% do found.append(doubled(x)) %}{% endfor %}{{ found }}",
    *("{{ {'a': 1}.a }}", "{{ {'a': 1}.b }}", "{{ {'items': 1}.items() | list }}", "{{ thing.known }}"),
    *("{{ thing.unknown }}", "{{ thing.told() }}", "{{ thing.stopped() }}", "{{ next_of_none() }}"),
    *("{{ ''.__class__ }}", "{{ doubled.__class__ }}", "{{ thing._private }}", "{{ thing.told.__func__ }}"),
    *("{{ ''.__class__.__mro__ }}", "{{ thing.told.__self__ }}", "{{ kind.mro() }}", "{{ made.gi_frame }}"),
    *("{{ function.__globals__ }}", "{{ thing.shut() }}", "{{ '{0.__class__}'.format(1) }}"),
    *("{{ '{a}'.format_map({'a': 2}) }}", "{{ thing.format('{0.__class__}') }}", "{{ [3, 1] | sort }}"),
    *(
        "{{ 'a,b'.split(',') }}",
        "{{ [].pop() }}",
        "{{ {}.popitem() }}",
        "{{ 'a'.join(5) }}",
        "{{ [1].index(1) }}",
    ),
    *("{% set space = namespace(f='{0.__class__}'.format) %}{{ space.f(1) }}", "{{ nothing.at_all }}"),
]


class Thing:
    """Something with attributes of all kinds."""

    known = 1
    _private = "shut"

    def told(self) -> str:
        """A method."""
        return "told"

    def stopped(self) -> None:
        """A method that stops an iteration."""
        raise StopIteration

    def shut(self) -> str:
        """What templates may not call."""
        return "open"

    shut.unsafe_callable = True  # type: ignore[attr-defined]

    def format(self, text: str) -> str:
        """Another's method by a name that the sandbox looks at."""
        return text


def context() -> dict[str, Any]:
    """What templates find."""
    stack = MacroStack()  # type: ignore[no-untyped-call]
    found: dict[str, Any] = {"thing": Thing(), "kind": Thing, "told": "of the context"}
    found |= {"made": (one for one in "ab"), "function": context, "next_of_none": iter([]).__next__}
    found["return"] = returned
    for name, text in MACROS.items():
        macro = Macro(
            name=name, resource_type=NodeType.Macro, package_name="own", path="", original_file_path="",
            unique_id=f"macro.own.{name}", macro_sql=text,
        )  # fmt: skip
        found[name] = MacroGenerator(macro, found, None, stack)
    return found


def returned(value: object) -> object:
    """What dbt gives templates as `return`."""
    from dbt_common.exceptions.macros import MacroReturn

    raise MacroReturn(value)


def outcome(template: str) -> tuple[str, str]:
    """What a template gives, or how it fails."""
    try:
        return "", str(get_rendered(template, context()))
    except Exception as error:
        return type(error).__name__, str(error)


def without_addresses(told: tuple[str, str]) -> str:
    """Without where in memory something lies."""
    return " ".join(word for word in " ".join(told).split() if "0x" not in word)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_gives_what_it_gives_with_dbts_own(template: str) -> None:
    expected = outcome(template)
    with quick_calls():
        assert without_addresses(outcome(template)) == without_addresses(expected)


def test_what_a_macro_finds_is_of_now() -> None:
    with quick_calls():
        found = context()
        assert "of the context" in str(found["outer"](1))
        found["told"] = "another"
        assert "another" in str(found["outer"](1))


def test_it_is_dbts_own_again_afterwards() -> None:
    owned = ((MacroGenerator, "__call__"), (MacroFuzzEnvironment, "call"), (MacroFuzzEnvironment, "getattr"))
    before = [getattr(owner, name) for owner, name in owned]
    with quick_calls():
        assert not any(getattr(owner, name) in before for owner, name in owned)
    assert [getattr(owner, name) for owner, name in owned] == before


def test_every_node_is_the_sql_that_dbt_makes_of_it(demo: Demo, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    shutil.copy(demo.database, workspace.database)
    plain, quick = (
        {
            result.node.unique_id: getattr(result.node, "compiled_code", None)
            for result in workspace.results("compile", variables={"as_of": "2026-06-01"}, quick=is_quick)
        }
        for is_quick in (False, True)
    )
    assert len(plain) > 150
    plan = "model.lead_scoring.run_plan"
    texts = [str(compiled.pop(plan)) for compiled in (plain, quick)]
    # Each has a name of its own, and tells the one of the run before.
    (one, before), (other, also_before) = (RUN_ID.findall(text) for text in texts)
    assert one != other and before == also_before
    assert texts[0].replace(one, other) == texts[1]
    assert quick == plain
