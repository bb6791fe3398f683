"""Templates of dbt's that stay compiled, in Jinja's own cache of bytecode.

dbt compiles each model and macro to Python anew in each process, and each model in each run, which took a
fifth of what a small run takes. What a template compiles to depends on its text alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from leadscore.build.kept import made_private, makers
from leadscore.build.replaced import replaced

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.bccache import FileSystemBytecodeCache

# Templates whose text changed leave their files behind: where there are so many, all are made anew.
MOST_FILES = 2_000

_compiled: dict[tuple[str, str], CodeType] = {}


@contextmanager
def kept_templates(folder: Path) -> Iterator[None]:
    """Let dbt find what it compiled before, in this process or another, while this lasts.

    Args:
        folder: Where compiled templates are kept; it is made. One that others may write to isn't used.
    """
    from dbt_common.clients.jinja import MacroFuzzEnvironment

    original = MacroFuzzEnvironment.compile

    def compiled(environment: Environment, source: Any, *more: Any, **options: Any) -> Any:
        if not isinstance(source, str) or more or options:
            return original(environment, source, *more, **options)
        # A native environment makes other code of the same text.
        key = (type(environment).__name__, source)
        if key not in _compiled:
            _compiled[key] = _from_files(folder, environment, source, original)
        return _compiled[key]

    # Every environment of dbt's is of this class, or of one derived from it.
    try:
        with replaced((MacroFuzzEnvironment, "compile", compiled)):
            yield
    finally:
        if len(_compiled) > MOST_FILES:
            _compiled.clear()


def _from_files(
    folder: Path, environment: Environment, source: str, compile_source: Callable[..., CodeType]
) -> CodeType:
    files = _files(folder)
    if files is None:
        return compile_source(environment, source)
    name = "\0".join([*makers(), type(environment).__name__, source])
    try:
        bucket = files.get_bucket(environment, name, None, source)
    except Exception:  # a damaged file: unpickling raises anything
        return compile_source(environment, source)
    if bucket.code is None:
        bucket.code = compile_source(environment, source)
        with suppress(OSError):
            files.set_bucket(bucket)
    return bucket.code


@cache
def _files(folder: Path) -> FileSystemBytecodeCache | None:
    """The kept files of a folder, which is looked at once in a process; None: it can't be used."""
    from jinja2.bccache import FileSystemBytecodeCache

    if not made_private(folder):
        return None
    files = FileSystemBytecodeCache(str(folder), "%s.template")
    if sum(1 for _ in folder.iterdir()) > MOST_FILES:
        files.clear()
    return files
