"""A dbt project that stays parsed while this process lives, and is parsed again when it changed."""

from __future__ import annotations

import atexit
import gc
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadscore.build.environment import PARSED_DATABASE
from leadscore.build.kept import kept_manifest
from leadscore.settings import Variable

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

# What dbt parses, in the project's folder.
PARSED_FILES = ("dbt_project.yml", "profiles.yml", "packages.yml", "dependencies.yml", "selectors.yml")
PARSED_FOLDERS = ("models", "macros", "tests/dbt", "analyses", "snapshots")
# Environment variables that steer dbt, but for those that say where and what it writes, and how it runs.
DBT_FLAG = "DBT_"
NOT_PARSED = frozenset(
    {
        *("DBT_LOG_PATH", "DBT_LOG_LEVEL", "DBT_LOG_LEVEL_FILE", "DBT_TARGET_PATH", "DBT_WRITE_JSON"),
        *("DBT_SEND_ANONYMOUS_USAGE_STATS", Variable.THREADS, Variable.MEMORY_LIMIT),
    }
)
ENV_VAR = re.compile(r"env_var\(\s*['\"](\w+)")

Stamp = tuple[object, ...]


class ParsedProject:
    """The manifest of a project, kept until something that it was parsed from changes."""

    def __init__(self) -> None:
        self._stamp: Stamp = ()
        self._manifest: Manifest | None = None

    def manifest(
        self,
        stamp: Stamp,
        parse: Callable[[], Manifest | None],
        place: Path | None = None,
        stands: Callable[[], bool] = lambda: True,
    ) -> Manifest | None:
        """The parsed project.

        Args:
            stamp: Tells one state of the project from another; see `project_stamp`.
            parse: Parses the project; None if that fails, which isn't kept.
            place: A folder in which it is kept for other processes; None: it isn't.
            stands: Whether the stamp still tells the project's state, asked once it is parsed.
        """
        if self._manifest is None or stamp != self._stamp:
            self._manifest = None
            atexit.unregister(gc.unfreeze)
            gc.unfreeze()
            gc.collect()
            with collector_paused():
                self._manifest = kept_manifest(place, stamp, parse, stands) if place else parse()
            # A file that was edited meanwhile may or may not have been read as it is now.
            self._stamp = stamp if stands() else ()
            # Half a million objects that stay: the collector needn't look at them again, until the end.
            gc.freeze()
            atexit.register(gc.unfreeze)
        return self._manifest

    def forget(self) -> None:
        """Parse anew next time."""
        self._manifest = None


def project_stamp(root: Path, seeds: Sequence[str], arguments: Sequence[str]) -> Stamp:
    """What a parse depends on: files by what they say, seeds by name, arguments, the environment.

    Where the project's folder is doesn't matter, nor when it was written: another clone has the same stamp.

    Of the environment what steers dbt, and what the files of the project itself read; of what models read
    dbt keeps a list in what it parsed.
    """
    files = [root / name for name in PARSED_FILES if (root / name).is_file()]
    names = {name for file in files for name in ENV_VAR.findall(file.read_text(encoding="utf-8"))}
    names |= {name for name in os.environ if name.startswith(DBT_FLAG)}
    environment = [(name, os.environ[name]) for name in sorted(names - NOT_PARSED) if name in os.environ]
    return (*arguments, *seeds, *environment, *file_states(root, parsed_files(root)))


def make_ready(manifest: Manifest, root: Path, seeds: Path, database: str) -> None:
    """Lead a manifest, which may have been built from before, to the places of a command.

    Args:
        manifest: A project that was parsed with seeds of the same names, in whatever folder it was then.
        root: The project's folder.
        seeds: The path within it of the folder with the seeds.
        database: What the database is called in SQL.
    """
    from dbt.contracts.graph.nodes import CompiledNode, SeedNode

    for node in manifest.nodes.values():
        if isinstance(node, SeedNode):
            node.root_path, node.original_file_path = str(root), str(seeds / node.path)
        if isinstance(node, CompiledNode):
            # Or dbt takes the SQL of a new build to have its ephemeral models in it already.
            node.extra_ctes, node.extra_ctes_injected = [], False
    # What follows is known when nothing has been led anywhere yet: later another may have the same database.
    follows = vars(manifest).get("follows")
    if follows is None:
        follows = {name for name, place in _places(manifest) if place.get("database") == PARSED_DATABASE}
        vars(manifest)["follows"] = follows
    for name, place in _places(manifest):
        if name in follows and (former := place["database"]) != database:
            place["database"] = database
            if relation := place.get("relation_name"):
                place["relation_name"] = relation.replace(f'"{former}".', f'"{database}".', 1)


def _places(manifest: Manifest) -> Iterator[tuple[str, dict[str, Any]]]:
    """Whatever says where it stands, by name; some of it twice."""
    for name, item in (*manifest.nodes.items(), *manifest.sources.items()):
        yield name, vars(item)
    for name, model in manifest.semantic_models.items():
        if model.node_relation:
            yield name, vars(model.node_relation)
    for kind in ("nodes", "sources"):
        yield from manifest.flat_graph.get(kind, {}).items()


def parsed_files(root: Path) -> list[Path]:
    """The files that dbt parses, but for seeds."""
    folders = [file for folder in PARSED_FOLDERS for file in _files(root / folder)]
    return [*(root / name for name in PARSED_FILES if (root / name).is_file()), *folders]


def file_states(folder: Path, files: Iterable[Path]) -> list[tuple[str, str]]:
    """The paths of files within a folder, in order, and a hash of each; an empty one if it can't be read."""
    return [(str(file.relative_to(folder)), _content(file)) for file in sorted(files)]


@contextmanager
def collector_paused() -> Iterator[None]:
    """No garbage collection while much is made that stays: imports and parsing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def collector_calmed() -> Iterator[None]:
    """Garbage is collected less often: a build makes objects by the hundred thousand, and few circles."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _files(folder: Path) -> Iterator[Path]:
    for path, _, names in os.walk(folder):
        for name in names:
            yield Path(path, name)


def _content(file: Path) -> str:
    try:
        return sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""
