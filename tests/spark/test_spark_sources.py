"""Vendors' tables on Spark: what is made of them, and what the next run finds to differ."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from landed_tables import KEYS, SCHEMAS, SYNCS, VARIABLES, VENDORS, expected, found, land
from spark_project import SparkProject
from workspaces import write_seeds

# Which rows of vendors there are, and which of them the last run hasn't read.
NODES = "path:models/sources run_source_rows source_rows_read"
STAGED = {name: f"staging.source_{name}" for name in ("contacts", "events", "transactions")}
PLACES = "source_table, source_model, row_id, line_number"


@pytest.fixture(scope="module")
def landed(spark: SparkProject, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Both syncs, a run each, and what vendors' rows are after the second."""
    folder = tmp_path_factory.mktemp("landed")
    database, seeds = folder / "landed.duckdb", write_seeds(folder / "seeds", {})
    spark.start()
    made: dict[str, list[dict[str, Any]]] = {}
    for sync in SYNCS:
        with duckdb.connect(str(database)) as connection:
            for vendor in VENDORS:
                land(connection, vendor, sync)
        spark.load(database, SCHEMAS.values())
        spark.results(
            "build",
            *("--select", NODES, "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"),
            seeds=seeds,
            variables={**VARIABLES, "as_of": "2026-02-01"},
        )
        made[sync] = spark.rows(f"select {PLACES}, content from staging.source_rows")
        made[f"read in {sync}"] = spark.rows(f"select {PLACES}, content from state.source_rows_read")
        made[f"differing in {sync}"] = spark.rows(f"select {PLACES}, state from state.run_source_rows")
    return made | {table: spark.rows(f"from {place}") for table, place in STAGED.items()}


@pytest.mark.parametrize("table", STAGED)
def test_rows_are_those_expected_by_hand(table: str, landed: dict[str, list[dict[str, Any]]]) -> None:
    rows = [row for row in landed[table] if all(row[key] is not None for key in KEYS[table])]
    made = found(rows, table)
    for vendor in VENDORS:
        for key, row in expected(vendor, table, SYNCS[-1]).items():
            assert made[key] == row, key


def test_a_run_reads_what_differs_from_what_the_last_one_read(
    landed: dict[str, list[dict[str, Any]]],
) -> None:
    before, after = ({tuple(row.values()) for row in landed[sync]} for sync in SYNCS)
    assert {tuple(row.values()) for row in landed["read in first"]} == before
    assert {tuple(row.values()) for row in landed["read in second"]} == after
    differing = {tuple(row.values()) for row in landed["differing in second"]}
    assert {row[:-1] for row in differing if row[-1] == "there"} == {row[:-1] for row in after - before}
    assert {row[:-1] for row in differing if row[-1] == "gone"} == {row[:-1] for row in before - after}
