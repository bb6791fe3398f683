"""The demo data on both engines: every mart, row for row, built anew and in the run after that."""

from __future__ import annotations

from datetime import datetime, timedelta

import duckdb
import pytest
from spark_project import PROJECT, SparkProject
from workspaces import Workspace

from scripts.commands.load import load_into
from scripts.demo_data import DEMO_AS_OF, write_demo_data
from scripts.settings import Settings

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
    shop.build("--full-refresh", as_of=as_of)
    return spark.differences(shop.database)


def test_all_marts_and_tests_of_the_demo(spark: SparkProject, shop: Workspace) -> None:
    spark.start()
    spark.load(shop.database)
    results = spark.dbt("build", seeds=PROJECT / "seeds", variables={"as_of": DEMO_AS_OF})
    kinds = {str(node.node.resource_type) for node in results}
    assert {"seed", "model", "test", "unit_test"} <= kinds
    assert {str(node.status) for node in results} <= {"success", "pass", "warn", "no-op"}
    assert differences(spark, shop, DEMO_AS_OF) == []


def test_the_next_run_rescores_whom_something_concerns(spark: SparkProject, shop: Workspace) -> None:
    with duckdb.connect(str(shop.database)) as connection:
        for statement in NEW_ROWS:
            connection.execute(statement)
    spark.load(shop.database)
    spark.dbt("run", "--exclude", "tag:configuration", seeds=PROJECT / "seeds", variables={"as_of": TOMORROW})
    assert spark.query("select is_full, reason from state.run_plan") == [(False, None)]
    [(rescored,)] = spark.query("select count(*) from intermediate.int_contact_numbers")
    assert 15 < rescored < 400
    assert differences(spark, shop, TOMORROW) == []
