"""One Spark session for all tests here, with the project's settings and a catalog that is gone afterwards."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from spark_project import SparkProject  # noqa: E402


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkProject]:
    project = SparkProject(tmp_path_factory.mktemp("spark"))
    yield project
    project.session.stop()
