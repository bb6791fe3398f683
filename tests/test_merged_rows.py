"""The merge by which tables with transactions give up rows and take in others, for Spark: run on DuckDB."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from merge_cases import CASES, inline_merge
from workspaces import Workspace

STORED = [("ann", 1, 10), ("ann", 2, 20), ("bob", 1, 30)]
FRESH = [("ann", 3, 40), ("eve", 1, None)]


@pytest.mark.parametrize(("columns", "query", "stays"), CASES)
def test_rows_that_match_go_and_new_ones_come(
    tmp_path: Path, columns: list[str], query: str, stays: list[tuple[str, int, int]] | None
) -> None:
    workspace = Workspace(tmp_path)
    with duckdb.connect(str(workspace.database)) as connection:
        for table, rows in (("stored", STORED), ("fresh", FRESH)):
            connection.execute(f"create table {table} (contact_id varchar, line integer, points integer)")
            connection.executemany(f"insert into {table} values (?, ?, ?)", rows)
    merge = workspace.compiled(inline_merge(columns, query))
    with duckdb.connect(str(workspace.database)) as connection:
        connection.execute(merge)
        left = connection.execute("from stored order by all nulls last").fetchall()
    assert left == sorted([*(STORED if stays is None else stays), *FRESH], key=lambda row: row[:2])
