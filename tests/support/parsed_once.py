"""One parse of the project for all tests of a process, whatever folder, database and seeds each has.

dbt takes seconds to parse what no test changes, and each build leads what was parsed to its own places. So a
manifest that was parsed for one test serves the next. A parse of its own is had with `parsed_anew`, and by
all that runs in a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from dbt_common.tests import enable_test_caching
from leadscore.build.parsed import ParsedProject, Stamp
from leadscore.settings import Variable

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

# They say where files are.
PLACES = (Variable.DATABASE, Variable.PUBLISHED, Variable.SEEDS, "DBT_LOG_PATH", "DBT_TARGET_PATH")
# So many states of the project are kept, each some tens of megabytes.
KEPT = 4

_manifest, _forget = ParsedProject.manifest, ParsedProject.forget
_projects: dict[Stamp, ParsedProject] = {}


def manifest_of_all(
    project: ParsedProject,
    stamp: Stamp,
    parse: Callable[[], Manifest | None],
    place: Path | None = None,
    stands: Callable[[], bool] = lambda: True,
) -> Manifest | None:
    """The project as it was first parsed in a state; as `manifest`."""
    # What dbt makes of a template's text, in parsing: kept from parse to parse.
    enable_test_caching()
    state = _state(stamp)
    kept = _projects.pop(state) if state in _projects else ParsedProject()
    _projects[state] = kept
    for oldest in list(_projects)[:-KEPT]:
        del _projects[oldest]
    return _manifest(kept, state, parse, stands=stands)


def forget_all(project: ParsedProject) -> None:
    """Parse anew next time; as `forget`."""
    _projects.clear()


@contextmanager
def parsed_once() -> Iterator[None]:
    """Whatever builds the project in this process shares what was parsed, while this lasts."""
    with (
        mock.patch.object(ParsedProject, "manifest", manifest_of_all),
        mock.patch.object(ParsedProject, "forget", forget_all),
    ):
        yield


@contextmanager
def parsed_anew() -> Iterator[None]:
    """As for users: each project is parsed, and kept by who has it, while this lasts."""
    with (
        mock.patch.object(ParsedProject, "manifest", _manifest),
        mock.patch.object(ParsedProject, "forget", _forget),
    ):
        yield


def _state(stamp: Stamp) -> Stamp:
    """What a parse depends on, of a stamp: no places."""
    return tuple(item for item in stamp if not isinstance(item, tuple) or item[0] not in PLACES)
