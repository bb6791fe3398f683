"""The options that every command takes: where things are, said here instead of in the environment."""

import inspect
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from leadscore.settings import Variable, variables_set

# Option -> its variable and what it says.
PLACES = {
    "database": (Variable.DATABASE, "The DuckDB file with raw tables and marts."),
    "published": (Variable.PUBLISHED, "The folder that readers open."),
    "seeds": (Variable.SEEDS, "The folder with the configuration."),
}


def with_places(command: Callable[..., None]) -> Callable[..., None]:
    """A command that also takes `--database`, `--published` and `--seeds`.

    Args:
        command: A function as typer takes it. While it runs, the environment says what the options say.
    """
    options = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[
                Path | None, typer.Option(f"--{name}", help=told, metavar="PATH", envvar=variable)
            ],
        )
        for name, (variable, told) in PLACES.items()
    ]
    context = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)

    @wraps(command)
    def placed(context: typer.Context, **arguments: Any) -> None:
        given = {name: arguments.pop(name) for name in PLACES}
        # What the environment says stands there already, and a folder of seeds there is one of the project.
        said = {name: path for name, path in given.items() if _is_option(context, name)}
        with _environment({PLACES[name][0]: path for name, path in said.items()}):
            command(**arguments)

    signature = inspect.signature(command)
    parameters = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in signature.parameters.values()
    ]
    placed.__signature__ = signature.replace(parameters=[context, *parameters, *options])  # type: ignore[attr-defined]
    placed.__annotations__ = {
        **command.__annotations__,
        **{added.name: added.annotation for added in (context, *options)},
    }
    return placed


def _is_option(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


_outside: dict[str, str | None] = {}


def environment_outside() -> dict[str, str]:
    """The environment as the user has it, without what options of this command say."""
    said = {**os.environ, **_outside}
    return {variable: value for variable, value in said.items() if value is not None}


@contextmanager
def _environment(places: dict[str, Path]) -> Iterator[None]:
    """Variables that are set meanwhile; a path is one from where the command was given."""
    _outside.update({variable: os.environ.get(variable) for variable in places})
    try:
        with variables_set({variable: str(path.absolute()) for variable, path in places.items()}):
            yield
    finally:
        _outside.clear()
