"""The merge for formats with transactions is one that Spark can read; `test_merged_rows.py` runs it."""

from __future__ import annotations

from pathlib import Path

from spark_project import SparkProject
from test_merged_rows import CASES, INLINE
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
        inline = INLINE.replace("COLUMNS", repr(columns)).replace("QUERY", query)
        [node] = spark.dbt(
            "compile", "--inline", inline, seeds=write_seeds(tmp_path / "seeds", {}), variables={}
        )
        plan = parser.parsePlan(node.node.compiled_code)
        assert "MergeIntoTable" in plan.toString()
