"""What all tests share: dbt's logs out of the way, and the database of stories."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from incremental_project import Increments

os.environ.setdefault("DBT_LOG_PATH", tempfile.mkdtemp(prefix="leadscore-test-logs-"))
os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"


@pytest.fixture(scope="module")
def increments(tmp_path_factory: pytest.TempPathFactory) -> Increments:
    """A database for stories of runs."""
    from incremental_project import Increments  # loads dbt, which most tests of one file don't need

    return Increments(tmp_path_factory.mktemp("stories"))
