"""How templates call macros and look up attributes, in less time: a build does so by the hundred thousand.

dbt's templates are sandboxed: each look-up asks what kind of thing it is about, each call whether it is
allowed and whether it takes the context. For what macros mostly work with, the type tells. And what a macro's
file defines is made once for each context instead of once for each call.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from leadscore.build.replaced import replaced

if TYPE_CHECKING:
    from dbt.clients.jinja import MacroGenerator
    from jinja2.runtime import Context
    from jinja2.sandbox import SandboxedEnvironment

# Of these kinds some attributes are closed to templates.
GUARDED = (
    *(types.FunctionType, types.MethodType, type, types.CodeType, types.TracebackType, types.FrameType),
    *(types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType),
)
METHODS = (types.MethodType, types.BuiltinMethodType)
# What templates format goes through a formatter of the sandbox.
FORMATS = frozenset({"format", "format_map"})

_is_guarded: dict[type, bool] = {}


@contextmanager
def quick_calls() -> Iterator[None]:
    """Let templates of dbt's call and look up this way while this lasts; the same comes of it."""
    from dbt.clients.jinja import MacroGenerator
    from dbt_common.clients.jinja import MacroFuzzEnvironment

    with replaced(
        (MacroGenerator, "__call__", _generator_called(MacroGenerator.__call__)),
        (MacroFuzzEnvironment, "call", _template_call(MacroFuzzEnvironment.call)),
        (MacroFuzzEnvironment, "getattr", _attribute(MacroFuzzEnvironment.getattr)),
    ):
        yield


def _attribute(original: Any) -> Any:
    def attribute(environment: SandboxedEnvironment, owner: Any, name: str) -> Any:
        try:
            value = getattr(owner, name)
        except AttributeError:
            return original(environment, owner, name)
        kind = type(owner)
        guarded = _is_guarded.get(kind)
        if guarded is None:
            guarded = _is_guarded[kind] = issubclass(kind, GUARDED)
        if guarded or name[:1] == "_" or (type(value) in METHODS and value.__name__ in FORMATS):
            return original(environment, owner, name)
        return value

    return attribute


def _template_call(original: Any) -> Any:
    from dbt.clients.jinja import MacroGenerator

    # Neither is unsafe to call, and neither takes the context.
    known = (MacroGenerator, types.BuiltinMethodType)

    # As of a template's own call: arguments may have any name but these.
    def call(
        __environment: SandboxedEnvironment, __context: Context, __callable: Any, *args: Any, **kwargs: Any
    ) -> Any:
        if type(__callable) not in known:
            return original(__environment, __context, __callable, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        try:
            return __callable(*args, **kwargs)
        except StopIteration:
            return __environment.undefined(
                "value was undefined because a callable raised a StopIteration exception"
            )

    return call


def _generator_called(original: Any) -> Any:
    from dbt.clients.jinja import MacroGenerator
    from dbt_common.exceptions import CaughtMacroErrorWithNodeError
    from dbt_common.exceptions.macros import MacroReturn
    from jinja2.exceptions import TemplateRuntimeError

    def called(generator: MacroGenerator, *args: Any, **kwargs: Any) -> Any:
        if type(generator) is not MacroGenerator or generator.context is None or generator.stack is None:
            return original(generator, *args, **kwargs)
        # dbt's type of macros tells less of them than it asks for itself.
        calls, name = generator.stack.call_stack, generator.macro.unique_id  # type: ignore[attr-defined]
        if not calls and generator.node:
            generator.node.depends_on.add_macro(name)
        calls.append(name)
        try:
            macro = generator.__dict__.get("made")
            if macro is None:
                macro = generator.__dict__["made"] = generator.get_macro()
            try:
                return macro(*args, **kwargs)
            except MacroReturn as returned:
                return returned.value
            except (TypeError, TemplateRuntimeError) as error:
                raise CaughtMacroErrorWithNodeError(exc=error, node=generator.macro) from error
        finally:
            calls.pop()

    return called
