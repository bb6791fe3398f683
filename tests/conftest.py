"""What all tests share: dbt's logs out of the way, the project as it is parsed, the database of stories."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from parsed_once import parsed_once

if TYPE_CHECKING:
    from pathlib import Path

    from demo_clone import Demo
    from incremental_project import Increments

# Files of a minute and more go first: the last one would keep one process busy while the other has none left.
HEAVIEST_FIRST = [
    "test_incremental.py",
    "test_scores_match_reference.py",
    "test_killed_runs.py",
    "test_missing_and_shrunk.py",
    "test_forget_places.py",
    "test_cli_end_to_end.py",
    "test_forget.py",
    "test_simulate.py",
    "test_readme.py",
    "test_calibrate.py",
    "test_forget_tokens.py",
    "test_delivery_secrets.py",
    "test_incremental_cases.py",
    "test_project.py",
    "test_published_increments.py",
    "test_warnings.py",
    "test_explain.py",
    "test_segments.py",
    "test_currencies.py",
    "test_every.py",
    "test_notifications.py",
]
os.environ.setdefault("DBT_LOG_PATH", tempfile.mkdtemp(prefix="leadscore-test-logs-"))
# A tenth of a build is writing its log, which only tests of what is left of a person look at.
os.environ.setdefault("DBT_LOG_LEVEL_FILE", "none")
# Two processes share two processors: threads of one would wait for each other. `make test-thorough` has them.
os.environ.setdefault("LEADSCORE_THREADS", "2" if os.environ.get("LEADSCORE_RANDOM") else "1")
os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the heaviest files first."""
    places = {name: place for place, name in enumerate(HEAVIEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


@pytest.fixture(scope="session", autouse=True)
def parse_shared() -> Iterator[None]:
    """Builds of this process share what was parsed."""
    with parsed_once():
        yield


@pytest.fixture(scope="session")
def of_all_processes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a test run have."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def demo(of_all_processes: Path) -> Demo:
    """The demo, made once for all processes of a test run; only to be read."""
    from demo_clone import shared_demo

    return shared_demo(of_all_processes)


@pytest.fixture(scope="session")
def person_everywhere(of_all_processes: Path) -> Path:
    """A folder in which a person stands everywhere, made once for all processes; only to be copied."""
    from forget_world import scored_folder
    from made_once import made_once

    return made_once(of_all_processes / "person", scored_folder)


@pytest.fixture(scope="module")
def increments(tmp_path_factory: pytest.TempPathFactory) -> Increments:
    """A database for stories of runs."""
    from incremental_project import Increments  # loads dbt, which most tests of one file don't need

    return Increments(tmp_path_factory.mktemp("stories"))
