"""Lead scoring as assets of Dagster, in a dbt project that has it as a package: docs/package.md."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dagster import AssetExecutionContext, AssetKey, Definitions
from dagster_dbt import (
    DagsterDbtTranslator,
    DbtCliResource,
    DbtProject,
    build_schedule_from_dbt_selection,
    dbt_assets,
)


class NamedByPackage(DagsterDbtTranslator):
    """A mart of the team's may be called as one of ours."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
        """Ours begin with `lead_scoring`."""
        key = super().get_asset_key(dbt_resource_props)
        return (
            key.with_prefix("lead_scoring") if dbt_resource_props["package_name"] == "lead_scoring" else key
        )


team = DbtProject(project_dir=Path(os.environ.get("TEAM_PROJECT", "/srv/team")))
team.prepare_if_dev()


# A pool of one place, which the instance's settings give it, lets no two runs overlap.
@dbt_assets(
    manifest=team.manifest_path,
    project=team,
    dagster_dbt_translator=NamedByPackage(),
    select="+package:lead_scoring",
    exclude="resource_type:unit_test",
    pool="lead_scoring",
)
def lead_scoring(context: AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
    """Scores, with the seeds and staging models that they are made of, by one command."""
    yield from dbt.cli(["build"], context=context).stream()


hourly = build_schedule_from_dbt_selection(
    [lead_scoring],
    job_name="lead_scoring_hourly",
    cron_schedule="0 * * * *",
    dbt_select="+package:lead_scoring",
)

defs = Definitions(
    assets=[lead_scoring], schedules=[hourly], resources={"dbt": DbtCliResource(project_dir=team)}
)
