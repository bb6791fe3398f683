"""Lets the tests import their helpers, and makes the database that some share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from incremental_project import Increments

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="module")
def increments(tmp_path_factory: pytest.TempPathFactory) -> Increments:
    """A database for stories of runs."""
    from incremental_project import Increments  # loads dbt, which most tests of one file don't need

    return Increments(tmp_path_factory.mktemp("stories"))
