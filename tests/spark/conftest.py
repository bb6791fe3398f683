"""One Spark session for all tests here, with the project's settings and a catalog that is gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from spark_project import SparkProject


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkProject]:
    project = SparkProject(tmp_path_factory.mktemp("spark"))
    yield project
    project.session.stop()
