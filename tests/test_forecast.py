"""The forecast is what a later run without new rows finds."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tiny_project import AS_OF, SEEDS, write_rows
from workspaces import Workspace, write_seeds

# What is compared, and the record of runs, by which the second one is an increment.
SCORES = "+contact_scores +score_forecast run_state"
LATEST_FORECAST = """
    select scores.model_id, scores.contact_id,
        coalesce(last(later.score order by later.changes_at), scores.score) as score
    from marts.contact_scores as scores
    left join marts.score_forecast as later
        on scores.model_id = later.model_id and scores.contact_id = later.contact_id
        and later.changes_at <= timestamp '{later}'
    group by scores.model_id, scores.contact_id, scores.score
    order by all
"""


@pytest.mark.parametrize("days", [pytest.param(7, marks=pytest.mark.thorough), 30])
def test_the_forecast_equals_the_scores_of_a_later_run_with_no_new_rows(tmp_path: Path, days: int) -> None:
    write_seeds(tmp_path / "seeds", SEEDS)
    workspace = Workspace(tmp_path, tmp_path / "seeds")
    write_rows(workspace.database)
    later = (AS_OF + timedelta(days=days)).replace(tzinfo=None)

    workspace.build(as_of=AS_OF.isoformat(), select=SCORES)
    forecast = workspace.rows(LATEST_FORECAST.format(later=later.isoformat()))
    changes = workspace.rows("select count(*) as rows from marts.score_forecast")[0]["rows"]
    workspace.build(as_of=f"{later.isoformat()}Z", select=SCORES)

    assert changes > 0
    assert workspace.rows("select is_full from state.run_plan") == [{"is_full": False}]
    assert forecast == workspace.rows(
        "select model_id, contact_id, score from marts.contact_scores order by all"
    )
