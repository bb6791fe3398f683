"""What dbt parsed, kept for the next process: dbt takes ten times as long to see that it's the same."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from leadscore.storage.access import OTHERS
from leadscore.storage.files import write_atomically

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

# What a parsed project and a compiled template are made by.
MAKERS = ("dbt-core", "dbt-common", "dbt-adapters", "dbt-duckdb", "jinja2")
# So many states of a project are kept, each in some megabytes: those that were asked for last.
KEPT = 8
FILES = "*.manifest"
WRITABLE_BY_OTHERS = 0o022


def kept_manifest(
    folder: Path,
    stamp: tuple[object, ...],
    parse: Callable[[], Manifest | None],
    stands: Callable[[], bool] = lambda: True,
) -> Manifest | None:
    """A parsed project as an earlier process kept it, or parsed now, and kept.

    Args:
        folder: Where it is kept, by its owner alone: reading it runs what it says.
        stamp: Tells one state of the project from another.
        parse: Parses the project; None if that fails, which isn't kept.
        stands: Whether the stamp still tells the project's state: what was parsed meanwhile isn't kept else.
    """
    if not made_private(folder):
        return parse()
    state = sha256(repr((makers(), stamp)).encode(errors="surrogateescape")).hexdigest()
    file = folder / FILES.replace("*", state)
    with suppress(Exception):  # not there, or damaged: unpickling raises anything
        from dbt.contracts.graph.manifest import Manifest

        kept = Manifest(**pickle.loads(file.read_bytes()))
        if _reads_the_same(kept):
            os.utime(file)
            return kept
    manifest = parse()
    if manifest is not None and stands():
        with suppress(OSError):
            for oldest in sorted(folder.glob(FILES), key=lambda one: one.stat().st_mtime)[: 1 - KEPT]:
                oldest.unlink()
            content = pickle.dumps(_parts(manifest), pickle.HIGHEST_PROTOCOL)
            write_atomically(file, content, beside=folder / f".{state}.{os.getpid()}")
    return manifest


def _reads_the_same(manifest: Manifest) -> bool:
    """Whether the environment variables that models read are what they were."""
    from dbt.constants import DEFAULT_ENV_PLACEHOLDER

    return all(
        os.environ.get(name, DEFAULT_ENV_PLACEHOLDER) == value for name, value in manifest.env_vars.items()
    )


def _parts(manifest: Manifest) -> dict[str, object]:
    """What a manifest is made of. What it looks up it makes anew: dbt's own copies mix that up."""
    names = [field.name for field in fields(manifest) if not field.name.startswith("_")]
    return {name: getattr(manifest, name) for name in names}


def made_private(folder: Path) -> bool:
    """Make a folder, or close one that others could only read; whether it is this user's alone now."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = folder.stat()
        if found.st_uid != os.geteuid() or found.st_mode & WRITABLE_BY_OTHERS:
            return False
        if found.st_mode & OTHERS:
            folder.chmod(0o700)
    except OSError:
        return False
    return True


@cache
def makers() -> tuple[str, ...]:
    """The versions of what parses and compiles."""
    return (sys.version, *(f"{name} {version(name)}" for name in MAKERS))
