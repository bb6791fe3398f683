"""Lets the tests import their helpers, and keeps the slowest tests for a thorough run."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from incremental_project import Increments

sys.path.insert(0, str(Path(__file__).parent))

# Whole runs by the minute, which a check of every change has no time for: LEADSCORE_THOROUGH=1 runs them too.
THOROUGH = {
    "test_the_union_of_all_rules_scores_as_the_project_does",
    "test_a_full_run_tells_where_its_time_went",
    "test_increments_score_the_new_events_as_a_full_refresh_does",
    "test_a_command_that_is_killed_goes_on_from_there",
    "test_a_full_refresh_keeps_the_record",
    "test_a_changed_segment_needs_no_full_run_and_an_inactive_one_has_no_members",
    "test_every_line_and_household_is_scored",
    "test_a_half_built_full_run_is_not_trusted_when_its_edit_is_taken_back",
    "test_rows_that_a_killed_run_read_and_that_are_gone_since_leave_nothing",
    "test_a_full_disk_leaves_the_last_publication_and_the_next_run_goes_on",
    "test_a_first_run_that_did_not_finish_is_not_the_first_run",
    "test_the_demo_again_changes_nothing",
    "test_a_plain_build_passes_with_the_columns_that_are_needed",
    "test_a_window_rule_holds_for_whom_the_raw_rows_say",
    "test_the_forecast_equals_the_scores_of_a_later_run_with_no_new_rows[7]",
}


@pytest.fixture(scope="module")
def increments(tmp_path_factory: pytest.TempPathFactory) -> Increments:
    """A database for stories of runs."""
    from incremental_project import Increments  # loads dbt, which most tests of one file don't need

    return Increments(tmp_path_factory.mktemp("stories"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the thorough tests unless they are asked for."""
    if os.environ.get("LEADSCORE_THOROUGH") == "1":
        return
    for item in items:
        if {item.name, getattr(item, "originalname", item.name)} & THOROUGH:
            item.add_marker(pytest.mark.skip(reason="LEADSCORE_THOROUGH=1 runs it"))
