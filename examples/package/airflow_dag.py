"""Lead scoring as a task of Airflow, in a dbt project that has it as a package: docs/package.md."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from airflow.sdk import DAG
from cosmos import ProfileConfig
from cosmos.operators.local import DbtBuildLocalOperator

TEAM = Path(os.environ.get("TEAM_PROJECT", "/srv/team"))

with DAG(
    dag_id="lead_scoring",
    schedule="0 * * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=1)},
) as dag:
    # One task, not Cosmos's one a model: a run is one `dbt build`. Retries go on from what is there.
    DbtBuildLocalOperator(
        task_id="score",
        project_dir=str(TEAM),
        profile_config=ProfileConfig(
            profile_name="team", target_name="dev", profiles_yml_filepath=TEAM / "profiles.yml"
        ),
        select="+package:lead_scoring",
        # The end of the interval, so that another try scores for the same instant.
        vars={"as_of": "{{ data_interval_end.isoformat() }}"},
        install_deps=False,
    )
