"""Appends Parquet files to raw tables of the local Spark catalog, each given as `table=file`."""

from __future__ import annotations

import os
import sys

import yaml
from jinja2 import Environment
from pyspark.sql import SparkSession

from scripts.settings import PROJECT_ROOT


def session() -> SparkSession:
    """The session of target `spark` in profiles.yml."""
    profiles = yaml.safe_load((PROJECT_ROOT / "profiles.yml").read_text(encoding="utf-8"))
    settings = profiles["lead_scoring"]["outputs"]["spark"]["server_side_parameters"]
    jinja = Environment()
    builder = SparkSession.builder.enableHiveSupport()
    for name, value in settings.items():
        builder = builder.config(name, jinja.from_string(str(value)).render(env_var=os.environ.get))
    return builder.getOrCreate()


if __name__ == "__main__":
    spark = session()
    spark.sql("create database if not exists raw")
    for argument in sys.argv[1:]:
        table, file = argument.split("=", 1)
        spark.read.parquet(file).write.mode("append").saveAsTable(f"raw.{table}")
