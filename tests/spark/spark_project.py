"""The project on Spark, fed with the raw tables of a DuckDB file, and its marts beside DuckDB's."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import yaml
from dbt.artifacts.schemas.run import RunResult
from dbt.cli.main import dbtRunner
from incremental_project import PUBLICATIONS, differences_of, tables_of
from leadscore.build.environment import seeds_for_dbt
from pyspark.sql import SparkSession
from workspaces import PROJECT, DbtFailedError, compiled_code, results_of, rows_of, why_failed

from benchmarks.spark_tables import profile_settings

# What is small is faster without generated code, and without plans that are made anew while they run.
FOR_SMALL_DATA = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC",
    "spark.log.level": "ERROR",
}
BUCKETS = 3


class SparkProject:
    """A catalog with the raw tables and all that the project makes of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            "LEADSCORE_SPARK_FOLDER": str(folder),
            "LEADSCORE_TARGET": "spark",
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        with mock.patch.dict(os.environ, self.environment):
            builder = SparkSession.builder
            for name, value in {**profile_settings(), **FOR_SMALL_DATA}.items():
                builder = builder.config(name, value)
            self.session = builder.getOrCreate()

    def start(self) -> None:
        """Begin with an empty catalog."""
        for schema in self.session.sql("show databases").collect():
            if schema[0] != "default":
                self.session.sql(f"drop database `{schema[0]}` cascade")
        shutil.rmtree(self.folder / "warehouse", ignore_errors=True)

    def load(self, database: Path, schemas: Collection[str] = ("raw",)) -> None:
        """Make tables of a DuckDB file, the raw ones, this catalog's own, in place of those that it has."""
        with duckdb.connect(str(database), read_only=True) as connection:
            for schema in schemas:
                self.session.sql(f"create database if not exists {schema}")
                for table in tables_of(connection, schema):
                    file = self.folder / f"{schema}_{table}.parquet"
                    connection.execute(f"copy {schema}.\"{table}\" to '{file}' (format parquet)")
                    self.session.sql(f"drop table if exists {schema}.`{table}`")
                    self.session.read.parquet(str(file)).write.saveAsTable(f"{schema}.`{table}`")

    def results(
        self, *arguments: str, seeds: Path, variables: Mapping[str, object] | None = None
    ) -> Sequence[RunResult]:
        """What became of each node of a dbt command, which has to succeed."""
        words = [*arguments, "--quiet", "--no-write-json", "--log-level", "none"]
        words += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        words += ["--vars", yaml.safe_dump({"buckets": BUCKETS, **(variables or {})})]
        places = {**self.environment, "LEADSCORE_SEEDS": seeds_for_dbt(PROJECT, seeds)}
        with mock.patch.dict(os.environ, places):
            done = dbtRunner().invoke(words)
        if not done.success:
            raise DbtFailedError(why_failed(done))
        return results_of(done)

    def compiled(self, inline: str, *, seeds: Path, **variables: object) -> str:
        """SQL with Jinja in it, as dbt renders it for Spark."""
        return compiled_code(self.results("compile", "--inline", inline, seeds=seeds, variables=variables))

    def query(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return [tuple(row) for row in self.session.sql(query).collect()]

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of a query, as mappings."""
        return [row.asDict() for row in self.session.sql(query).collect()]

    def differences(self, database: Path) -> list[str]:
        """The rows of marts that only Spark or only a DuckDB file has, but for records of earlier runs."""
        found: list[str] = []
        with self._side_by_side(database) as connection:
            marts = tables_of(connection, "marts")
            assert len(marts) > 20
            for mart in marts:
                if mart not in PUBLICATIONS:
                    found += differences_of(connection, mart)
        return found

    def marts(self, database: Path, names: list[str]) -> dict[str, list[dict[str, Any]]]:
        """Rows of marts, with the types that DuckDB gives them."""
        with self._side_by_side(database) as connection:
            return {name: rows_of(connection, f"from increments.marts.{name}") for name in names}

    @contextmanager
    def _side_by_side(self, database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        """Spark's marts as `increments`, as who reads the catalog finds them, and DuckDB's as `refreshed`."""
        with duckdb.connect() as connection:
            connection.execute("attach ':memory:' as increments")
            connection.execute("create schema increments.marts")
            connection.execute(f"attach '{database}' as refreshed (read_only)")
            for mart in tables_of(connection, "marts"):
                files = self.folder / "marts" / mart
                self.session.table(f"marts.{mart}").write.mode("overwrite").parquet(str(files))
                header = connection.execute(f"from refreshed.marts.{mart} limit 0").description or []
                columns = ", ".join(f'"{column[0]}"' for column in header)
                connection.execute(
                    f"create table increments.marts.{mart} as select {columns} "
                    f"from read_parquet('{files}/*.parquet')"
                )
            yield connection
