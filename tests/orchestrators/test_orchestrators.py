"""The examples of docs/package.md, imported and run by Dagster and Airflow: `make test-orchestrators`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from host_project import PAGE, HostProject
from workspaces import PROJECT

EXAMPLES = PROJECT / "examples" / "package"
# What Dagster makes of the example, and all of it made.
DAGSTER = """
import json
from dagster import Definitions, materialize
from dagster_assets import defs, lead_scoring, team
from dagster_dbt import DbtCliResource
Definitions.validate_loadable(defs)
made = materialize([lead_scoring], resources={"dbt": DbtCliResource(project_dir=team)})
print(json.dumps({
    "assets": sorted("/".join(key.path) for key in lead_scoring.keys),
    "schedules": [schedule.cron_schedule for schedule in defs.schedules],
    "made": sorted("/".join(event.asset_key.path) for event in made.get_asset_materialization_events()),
}))
"""
# What Airflow makes of the example, and one run of it.
AIRFLOW = """
import json, subprocess
from airflow_dag import dag
subprocess.run(["airflow", "db", "migrate"], check=True, capture_output=True)
[task] = dag.tasks
task.retries = 0
command, _ = task.build_cmd({})
run = dag.test()
seen = {"command": command, "state": run.state, "until": str(run.data_interval_end)}
print(json.dumps({**seen, "at_once": dag.max_active_runs}))
"""
# Neither tells its makers that it was used.
SILENT = {"DO_NOT_TRACK": "1", "SCARF_NO_ANALYTICS": "1", "AIRFLOW__COSMOS__ENABLE_TELEMETRY": "False"}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> HostProject:
    """A project that is set up as the page says, and parsed."""
    host = HostProject(tmp_path_factory.mktemp("team"))
    host.write()
    host.dbt("deps")
    host.dbt("parse")
    return host


def told(orchestrator: str, program: str, team: HostProject) -> Any:
    """What a program prints last, in the orchestrator's environment."""
    python = Path(sys.prefix) / orchestrator / "bin" / "python"
    environment = {
        **os.environ,
        "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(EXAMPLES),
        "TEAM_PROJECT": str(team.folder),
        "AIRFLOW_HOME": str(team.folder / "home"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(EXAMPLES),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "DAGSTER_HOME": "",
        **SILENT,
    }
    done = subprocess.run(
        [python, "-c", program], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_dagster_has_an_asset_a_model_and_makes_them_by_one_command(team: HostProject) -> None:
    seen = told("dagster", DAGSTER, team)
    ours = {asset for asset in seen["assets"] if asset.startswith("lead_scoring/")}
    assert {"lead_scoring/marts/contact_scores", "lead_scoring/configuration/config_models"} <= ours
    assert {asset for asset in seen["assets"] if asset not in ours} >= {"scoring_models", "scoring_rules"}
    assert seen["schedules"] == ["0 * * * *"]
    assert set(seen["made"]) == set(seen["assets"])
    assert team.rows("select distinct run_number from leads_state.run_state") == [{"run_number": 1}]


def test_airflow_has_one_task_that_scores_for_the_end_of_its_interval(team: HostProject) -> None:
    seen = told("airflow", AIRFLOW, team)
    assert seen["command"][1:4] == ["build", "--select", "+package:lead_scoring"]
    assert (seen["state"], seen["at_once"]) == ("success", 1)
    [row] = team.rows("select cast(max(as_of) as varchar) as as_of from leads_state.run_state")
    assert seen["until"].startswith(row["as_of"])


def test_the_page_names_the_examples() -> None:
    named = [f"../examples/package/{file.name}" for file in EXAMPLES.iterdir() if file.suffix == ".py"]
    assert len(named) == 2 and all(f"({name})" in PAGE for name in named)
