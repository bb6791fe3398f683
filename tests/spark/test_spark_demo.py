"""The demo data on both engines: every mart, row for row, built anew and in the run after that."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from unittest import mock

import duckdb
import pytest
from leadscore.cli import app
from leadscore.demo.shop import DEMO_AS_OF, write_demo_data
from leadscore.raw.load import load_into
from leadscore.settings import Settings
from reference.learning import MARTS
from spark_project import BUCKETS, SparkProject
from typer.testing import CliRunner, Result
from workspaces import PROJECT, Workspace

TOMORROW = str(datetime.fromisoformat(DEMO_AS_OF) + timedelta(days=1))
LATER = "timestamp '2027-01-01' as loaded_at"
NEW_ROWS = [
    "insert into raw.events by name select 'new-' || contact_id as event_id, 'email_click' as event_type, "
    f"'2026-11-01 09:00:00+01:00' as occurred_at, contact_id, {LATER} "
    "from (select distinct contact_id from raw.contacts order by contact_id limit 20)",
    # A sale that is taken back, and a contact that is merged into another: both give up what they had.
    f"insert into raw.transactions by name select * replace ('refunded' as status, {LATER}) "
    "from raw.transactions order by transaction_id, line_number limit 5",
    "insert into raw.contacts by name select * replace ('c-00001' as merged_into, "
    f"'2026-11-01 08:00:00' as updated_at, {LATER}) from raw.contacts where contact_id = 'c-00002' limit 1",
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """DuckDB with the demo's raw tables, not scored yet."""
    folder = tmp_path_factory.mktemp("shop")
    workspace = Workspace(folder)
    settings = Settings.from_environment({"LEADSCORE_DATABASE": str(workspace.database)})
    for batch in write_demo_data(folder / "demo"):
        for table, file in batch.files.items():
            load_into(settings, table, [file])
    return workspace


def differences(spark: SparkProject, shop: Workspace, as_of: str) -> list[str]:
    shop.build(full_refresh=True, as_of=as_of)
    return spark.differences(shop.database)


def test_all_marts_and_tests_of_the_demo(spark: SparkProject, shop: Workspace) -> None:
    spark.start()
    spark.load(shop.database)
    results = spark.results("build", seeds=PROJECT / "seeds", variables={"as_of": DEMO_AS_OF})
    kinds = {str(node.node.resource_type) for node in results}
    assert {"seed", "model", "test", "unit_test"} <= kinds
    assert {str(node.status) for node in results} <= {"success", "pass", "warn", "no-op"}
    assert differences(spark, shop, DEMO_AS_OF) == []


@pytest.fixture(scope="module")
def command(
    spark: SparkProject, shop: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Result]:
    """The command with Spark as its target; what it publishes lies in a folder of its own."""
    folder = tmp_path_factory.mktemp("home")
    places = {
        "LEADSCORE_DATABASE": str(folder / "leadscore.duckdb"),
        "LEADSCORE_PUBLISHED": str(folder / "published"),
    }

    def leadscore(*arguments: str) -> Result:
        with mock.patch.dict(os.environ, {**spark.environment, **places}):
            return CliRunner().invoke(app, arguments)

    return leadscore


def test_the_next_run_by_command_rescores_whom_something_concerns(
    spark: SparkProject, shop: Workspace, command: Callable[..., Result]
) -> None:
    with duckdb.connect(str(shop.database)) as connection:
        for statement in NEW_ROWS:
            connection.execute(statement)
    spark.load(shop.database)
    done = command("run", "--as-of", TOMORROW, "--vars", f"{{buckets: {BUCKETS}}}")
    assert done.exit_code == 0, done.output
    rescored = re.search(r"([0-9]+) contacts? (?:was|were) rescored, the others stand", done.output)
    assert rescored and 15 < int(rescored[1]) < 400
    # Increments leave what was learned as it is.
    assert [row for row in differences(spark, shop, TOMORROW) if not row.startswith(MARTS)] == []


def test_what_was_scored_on_spark_is_read_as_ever(
    shop: Workspace, command: Callable[..., Result], tmp_path: Path
) -> None:
    [score] = shop.rows("from marts.contact_scores order by score desc, model_id, contact_id limit 1")
    told = command("explain", score["contact_id"], "--model", score["model_id"], "--json")
    assert json.loads(told.stdout, parse_float=Decimal)["score"] == score["score"]
    assert str(score["contact_id"]) in command("scores", "--model", score["model_id"], "--limit", "1").stdout
    assert command("export", "--output", str(tmp_path)).exit_code == 0
    assert list(tmp_path.rglob("*.csv"))
    mistaken = command("validate")
    assert (mistaken.exit_code, mistaken.stdout.split(":")[0]) == (0, "configuration is valid")


@pytest.mark.parametrize(
    "words",
    [["load", "events", "x.csv"], ["demo"], ["forget", "c-00001", "--yes"], ["adjust", "--delete", "x"]],
)
def test_commands_that_write_raw_tables_say_that_they_are_for_the_embedded_engine(
    command: Callable[..., Result], words: list[str]
) -> None:
    done = command(*words)
    assert done.exit_code == 2
    assert "is for the embedded engine, and LEADSCORE_TARGET is spark" in done.output
