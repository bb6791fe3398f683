"""A team's small dbt project that has this one as a package, set up as docs/package.md says."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import yaml
from dbt.cli.main import dbtRunner
from dbt.deprecations import reset_deprecations
from leadscore.build.project import let_go_of_databases
from leadscore.build.quick import quick_dbt
from workspaces import PROJECT, DbtFailedError, rows_of, why_failed, write_seeds

PAGE = (PROJECT / "docs" / "package.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.M | re.S)
PACKAGES, SETUP, STAGING = (yaml.safe_load(text) for language, text in BLOCKS if language == "yaml")
ON_SPARK = PROJECT / "examples" / "package" / "lead_scoring_on_spark.sql"
# 20 points for each look at the prices, 5 for being in the Netherlands. An id of digits stays a text.
SEEDS: Mapping[str, Sequence[Mapping[str, str]]] = {
    "scoring_models": [{"model_id": "intent", "title": "Intent"}],
    "scoring_rules": [
        {"rule_id": "01", "model_id": "intent", "title": "Looked at the team's prices", "operation": "add"}
        | {"points": "20", "trigger": "activity", "activity": "page_view", "expires_after": "90 days"},
        {"rule_id": "02", "model_id": "intent", "title": "Is near", "operation": "add"}
        | {"points": "5", "trigger": "profile"},
    ],
    "rule_conditions": [
        {"rule_id": "01", "clause": "1", "field": "event.page_path", "operator": "=", "value": "/pricing"},
        {"rule_id": "02", "clause": "1", "field": "contact.country", "operator": "=", "value": "NL"},
    ],
}
# The team's own words for schemas: a model says where it stands.
OWN_SCHEMAS = "{% macro generate_schema_name(name, node) %}{{ name or target.schema }}{% endmacro %}"


class HostProject:
    """A folder with the project and its database.

    Attributes:
        warnings: All that dbt warned of.
        settings: What dbt_project.yml says; `write` writes it.
        session: What DuckDB is told for a session.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "team.duckdb"
        self.warnings: list[str] = []
        self.session = {"TimeZone": "UTC"}
        self.settings: dict[str, Any] = {"name": "team", "version": "1.0.0", "profile": "team", **SETUP}
        write_seeds(folder / "seeds" / "lead_scoring", SEEDS)

    def file(self, path: str, text: str) -> None:
        """Write a file of the project."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def write(self) -> None:
        """Write the files of settings."""
        target = {"type": "duckdb", "path": str(self.database), "schema": "analytics", "threads": 2}
        outputs = {"target": "dev", "outputs": {"dev": {**target, "settings": self.session}}}
        self.file("packages.yml", yaml.safe_dump({"packages": [{"local": str(PROJECT)}]}))
        self.file("dbt_project.yml", yaml.safe_dump(self.settings, sort_keys=False))
        self.file("profiles.yml", yaml.safe_dump({"team": outputs}))

    def dbt(self, *arguments: str, **variables: object) -> None:
        """Run a dbt command in the project, in this process.

        Raises:
            DbtFailedError: It failed.
        """
        folders = ["--project-dir", str(self.folder)]
        folders += [] if arguments[0] == "deps" else ["--profiles-dir", str(self.folder)]
        given = ["--vars", json.dumps(variables)] if variables else []
        places = {
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
        }
        with mock.patch.dict(os.environ, places):
            os.environ.pop("LEADSCORE_SEEDS", None)
            # dbt tells in each command what it met in any of this process.
            reset_deprecations()  # type: ignore[no-untyped-call]
            try:
                # `make test-orchestrators` runs host projects by dbt as it is.
                with quick_dbt():
                    done = dbtRunner(callbacks=[self._hear]).invoke(["--quiet", *arguments, *given, *folders])
            finally:
                let_go_of_databases()
        if not done.success:
            raise DbtFailedError(why_failed(done))

    def execute(self, *statements: str) -> None:
        """Write to the database."""
        with duckdb.connect(str(self.database)) as connection:
            for statement in statements:
                connection.execute(statement)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The rows of a query on the database."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return rows_of(connection, query)

    def tables(self, schema: str) -> dict[str, list[str]]:
        """The rows of each table and view of a schema, as texts in order."""
        names = self.rows(f"select table_name from information_schema.tables where table_schema = '{schema}'")
        return {
            name: sorted(str(row) for row in self.rows(f'from {schema}."{name}"'))
            for name in sorted(row["table_name"] for row in names)
        }

    def _hear(self, event: Any) -> None:  # dbt's EventMsg leaves out `msg`
        if event.info.level == "warn":
            self.warnings.append(event.info.msg)
