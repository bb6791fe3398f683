"""The merge for formats with transactions is one that Spark can read; `test_merged_rows.py` runs it."""

from __future__ import annotations

from pathlib import Path

from merge_cases import CASES, inline_merge
from spark_project import SparkProject
from workspaces import write_seeds


def test_spark_can_read_the_merge(spark: SparkProject, tmp_path: Path) -> None:
    spark.start()
    spark.session.sql("create database if not exists main")
    for table in ("stored", "fresh"):
        spark.session.sql(
            f"create table main.{table} (contact_id string, line int, points int) using parquet"
        )
    parser = spark.session._jsparkSession.sessionState().sqlParser()
    for columns, query, _ in CASES:
        merge = spark.compiled(inline_merge(columns, query), seeds=write_seeds(tmp_path / "seeds", {}))
        plan = parser.parsePlan(merge)
        assert "MergeIntoTable" in plan.toString()
