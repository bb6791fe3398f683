"""What dbt renders each node in, made in less time: two contexts a node, each with all of a thousand macros.

dbt makes a function of each macro for each of them, and looks each up in five namespaces, which took a sixth
of the processor time of building a node. Here a function is made when its name is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from leadscore.build.replaced import replaced

if TYPE_CHECKING:
    from dbt.clients.jinja import MacroGenerator
    from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
    from dbt.contracts.graph.nodes import Macro

MacrosByPackage = Mapping[str, Mapping[str, "Macro"]]


class _FilledWhenAsked(dict[str, Any]):
    """A dictionary that gets a value when it is asked for; whoever looks at all of it finds all."""

    _is_filled = False

    def names(self) -> Iterable[str]:
        """The names that there may be."""
        raise NotImplementedError

    def __bool__(self) -> bool:
        return super().__len__() > 0 or any(True for _ in self.names())

    def __iter__(self) -> Iterator[str]:
        self._fill()
        return super().__iter__()

    def __len__(self) -> int:
        self._fill()
        return super().__len__()

    def __eq__(self, other: object) -> bool:
        self._fill()
        return super().__eq__(other)

    def keys(self) -> KeysView[str]:  # type: ignore[override]  # dict's own is another class of the kind
        self._fill()
        return super().keys()

    def values(self) -> ValuesView[Any]:  # type: ignore[override]
        self._fill()
        return super().values()

    def items(self) -> ItemsView[str, Any]:  # type: ignore[override]
        self._fill()
        return super().items()

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    def pop(self, name: str, *default: Any) -> Any:
        self._fill()
        return super().pop(name, *default)

    def setdefault(self, name: str, default: Any = None) -> Any:
        self._fill()
        return super().setdefault(name, default)

    def copy(self) -> dict[str, Any]:
        return dict(self.items())

    def _fill(self) -> None:
        if not self._is_filled:
            for name in self.names():
                self[name]
            self._is_filled = True


class _Functions(_FilledWhenAsked):
    """The functions of macros, by name."""

    def __init__(self, macros: Mapping[str, Macro], made: Callable[[Macro], MacroGenerator]) -> None:
        super().__init__()
        self._macros, self._made = macros, made

    def names(self) -> KeysView[str]:
        return self._macros.keys()

    def __contains__(self, name: object) -> bool:
        return name in self._macros

    def __missing__(self, name: str) -> MacroGenerator:
        function = self[name] = self._made(self._macros[name])
        return function


class _Context(_FilledWhenAsked):
    """What a node is rendered in: what is said of it, and in front of that what namespaces hold."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        super().__init__(said)
        self._namespaces: tuple[Mapping[str, Any], ...] = ()

    def put_in_front(self, *namespaces: Mapping[str, Any]) -> None:
        """Let namespaces hide what was said of the same names so far, and each the ones after it."""
        self._namespaces = namespaces
        for name in set(dict.keys(self)).intersection(self.names()):
            del self[name]

    def names(self) -> Iterator[str]:
        for space in self._namespaces:
            yield from space.names() if isinstance(space, _FilledWhenAsked) else space

    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, name) or any(name in space for space in self._namespaces)

    def __missing__(self, name: str) -> Any:
        for space in self._namespaces:
            if name in space:
                value = self[name] = space[name]
                return value
        raise KeyError(name)


@contextmanager
def quick_contexts() -> Iterator[None]:
    """Let dbt make its contexts this way while this lasts; there is the same in them."""
    from dbt.clients.jinja import MacroGenerator
    from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
    from dbt.context.manifest import ManifestContext
    from dbt.include.global_project import PROJECT_NAME

    original_dict, original_namespace = ManifestContext.to_dict, ManifestContext._build_namespace

    def build_namespace(
        builder: MacroNamespaceBuilder, macros: MacrosByPackage, ctx: dict[str, Any]
    ) -> MacroNamespace:
        node, stack = builder.node, builder.thread_ctx

        def made(macro: Macro) -> MacroGenerator:
            return MacroGenerator(macro, ctx, node, stack)

        packages: dict[str, dict[str, MacroGenerator]] = {
            package: _Functions(of_package, made) for package, of_package in macros.items()
        }
        internal = [package for package in builder.internal_package_names_order if package in packages]
        of_dbt: dict[str, Macro] = {}
        for package in reversed(internal):
            of_dbt.update(macros[package])
            del packages[package]
        root: dict[str, MacroGenerator] = (
            {} if builder.root_package == builder.search_package else packages.get(builder.root_package, {})
        )
        return MacroNamespace(
            root, packages.get(builder.search_package, {}), _Functions(of_dbt, made), packages
        )

    def of_context(context: ManifestContext) -> MacroNamespace:
        context._ctx = _Context(context._ctx)
        return original_namespace(context)

    def to_dict(context: ManifestContext) -> dict[str, Any]:
        space = context.namespace
        if type(space) is not MacroNamespace or not isinstance(context._ctx, _Context):
            return original_dict(context)  # type: ignore[no-any-return,no-untyped-call]
        told = context._ctx
        super(ManifestContext, context).to_dict()  # adds to it
        # In the order in which dbt searches them.
        of_dbt = {PROJECT_NAME: space.global_project_namespace}
        told.put_in_front(
            *(space.local_namespace, space.global_namespace, space.packages),
            *(of_dbt, space.global_project_namespace),
        )
        return told

    with replaced(
        (MacroNamespaceBuilder, "build_namespace", build_namespace),
        (ManifestContext, "_build_namespace", of_context),
        (ManifestContext, "to_dict", to_dict),
    ):
        yield
