"""Appends Parquet files to raw tables of the local Spark catalog, each given as `table=file`."""

from __future__ import annotations

import os
import sys

import yaml
from jinja2 import Environment
from leadscore.settings import PROJECT_ROOT
from pyspark.sql import SparkSession


def profile_settings() -> dict[str, str]:
    """The settings of target `spark` in profiles.yml, as the environment has them."""
    profiles = yaml.safe_load((PROJECT_ROOT / "profiles.yml").read_text(encoding="utf-8"))
    settings = profiles["lead_scoring"]["outputs"]["spark"]["server_side_parameters"]
    jinja = Environment()
    return {
        name: jinja.from_string(str(value)).render(env_var=os.environ.get) for name, value in settings.items()
    }


def session() -> SparkSession:
    """A session with these settings and a catalog that stays."""
    builder = SparkSession.builder.enableHiveSupport()
    for name, value in profile_settings().items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


if __name__ == "__main__":
    spark = session()
    spark.sql("create database if not exists raw")
    for argument in sys.argv[1:]:
        table, file = argument.split("=", 1)
        spark.read.parquet(file).write.mode("append").saveAsTable(f"raw.{table}")
