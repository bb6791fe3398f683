"""Runs dbt in this process: builds and tests the project, and says what became of it."""

from __future__ import annotations

import gc
import json
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from leadscore.build.environment import as_dbt_parses, as_dbt_sees
from leadscore.build.listener import Listener, outcome
from leadscore.build.outcome import BuildObserver, BuildOutcome
from leadscore.build.parsed import (
    ParsedProject,
    Stamp,
    collector_paused,
    make_ready,
    project_stamp,
)
from leadscore.build.quick import quick_dbt
from leadscore.build.transcript import Transcript
from leadscore.errors import UsageMistakeError
from leadscore.settings import Variable

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

# In the project's folder, wherever DBT_TARGET_PATH is: one for all, and dbt reads seeds there alone.
PARSED = Path("target", "parsed")
# Variables that the SQL alone reads, when a node runs: what is parsed is the same whatever they say.
READ_BY_SQL = frozenset(
    {
        *("time_zone", "score_machine_events", "unknown_visitor_ids", "currency", "forecast_days"),
        *("asset_fields", "rfm_window", "rfm_scoring", "transition_days", "notify_history"),
        *("unsubscribe_events", "bounce_events"),
    }
)
# Variables for projects that have this one as a package: the command knows schemas by their names.
OF_A_PACKAGE = frozenset({"schema_prefix", "raw_models"})
VARIABLES_ADVICE = "Write it like --vars '{time_zone: Europe/Amsterdam}'."


@dataclass(frozen=True)
class DbtProject:
    """A dbt project on disk.

    Attributes:
        root: Its folder, with dbt_project.yml and profiles.yml.
        database: The DuckDB file to build in.
        seeds: The configuration to build with.
        target: Where dbt keeps what it compiles.
        engine: The target of profiles.yml; None: the one that the environment says.
        staged_seeds: Where in the project dbt reads the seeds, copied; None: where they are, if it can.
        parsed: The project as it was last parsed, kept for the next build.
    """

    root: Path
    database: Path
    seeds: Path
    target: Path | None = None
    engine: str | None = None
    staged_seeds: Path | None = None
    parsed: ParsedProject = field(default_factory=ParsedProject, compare=False, repr=False)

    def build(
        self,
        observer: BuildObserver,
        *,
        variables: Mapping[str, object] | None = None,
        run_variables: Mapping[str, object] | None = None,
        select: str | None = None,
        exclude: str | None = None,
        full_refresh: bool = False,
        tested: bool = True,
    ) -> BuildOutcome:
        """Run `dbt build`, and let go of the database afterwards.

        Args:
            observer: Hears how it goes.
            variables: Variables; what is parsed is kept while those stay that aren't in `READ_BY_SQL`.
            run_variables: Variables that are new in each run, and that only the SQL reads.
            select: The nodes to build, as dbt's `--select`; None: all.
            exclude: The nodes to leave out, as dbt's `--exclude`, such as `tag:configuration`. Without
                `select` the tests that look at them stay, unless they are left out themselves.
            full_refresh: Whether everything is built anew.
            tested: Whether the data tests of what is built run too; else those alone that `select` names.
        """
        command = ["build", *(["--full-refresh"] if full_refresh else [])]
        command += _selection(select, exclude, tested=tested)
        return self._invoke(command, observer, variables or {}, run_variables or {})

    def test(
        self,
        observer: BuildObserver,
        *,
        variables: Mapping[str, object] | None = None,
        run_variables: Mapping[str, object] | None = None,
        select: str | None = None,
        exclude: str | None = None,
    ) -> BuildOutcome:
        """Run `dbt test` on what is built, unit tests left out.

        The arguments are those of `build`; with the same `variables` nothing is parsed again.
        """
        command = ["test", *_selection(select, exclude)]
        return self._invoke(command, observer, variables or {}, run_variables or {})

    def _invoke(
        self,
        command: Sequence[str],
        observer: BuildObserver,
        variables: Mapping[str, object],
        run_variables: Mapping[str, object],
    ) -> BuildOutcome:
        load_dbt()
        from dbt.cli.main import dbtRunner
        from dbt.contracts.graph.manifest import Manifest

        words = [*command, *self._arguments({**variables, **run_variables}, self.target)]
        places = (self.root, self.database, self.seeds, self.engine, self.staged_seeds)
        transcript = Transcript()
        with as_dbt_sees(*places), quick_dbt(), warnings.catch_warnings():
            # A seed may lack columns that the project types: they count as empty.
            warnings.filterwarnings("ignore", category=RuntimeWarning, module="agate")
            try:
                parsed = self._parsed(variables, transcript)
                result = (
                    dbtRunner(parsed, callbacks=[Listener(observer), transcript]).invoke(words)
                    if isinstance(parsed, Manifest)
                    else parsed
                )
            finally:
                let_go_of_databases()
        if result.exception:
            self.parsed.forget()  # dbt writes in what it was given; after a crash nobody knows what
        if isinstance(result.exception, KeyboardInterrupt):
            raise result.exception
        told = outcome(result)
        return told if told.succeeded else replace(told, log=transcript.write(self.root))

    def _parsed(self, variables: Mapping[str, object], transcript: Transcript) -> Manifest | dbtRunnerResult:
        """The project, with the seeds that the environment says; or what became of parsing it."""
        from dbt.adapters.duckdb.credentials import DuckDBCredentials
        from dbt.cli.main import dbtRunner
        from dbt.contracts.graph.manifest import Manifest

        seeds = Path(os.environ.get(Variable.SEEDS, "seeds"))
        names = sorted(file.relative_to(seeds).as_posix() for file in seeds.rglob("*.csv"))
        parsed_with = {name: value for name, value in variables.items() if name not in READ_BY_SQL}
        # What is kept is whole: dbt's own way to parse what changed loses descriptions of tests.
        parse = ["parse", "--no-partial-parse", *self._arguments(parsed_with, PARSED)]
        failed: list[dbtRunnerResult] = []

        def parsed() -> Manifest | None:
            told = dbtRunner(callbacks=[transcript]).invoke(parse)
            if told.success and isinstance(told.result, Manifest):
                return told.result
            failed.append(told)
            return None

        def stamp_now() -> Stamp:
            return project_stamp(self.root, names, [json.dumps(parsed_with, default=str)])

        with as_dbt_parses(names, PARSED):
            stamp = stamp_now()
            manifest = self.parsed.manifest(stamp, parsed, PARSED, lambda: stamp_now() == stamp)
        if manifest is None:
            return failed[-1]
        name = DuckDBCredentials.path_derived_database_name(str(self.database))
        make_ready(manifest, self.root, seeds, name)
        return manifest

    def _arguments(self, variables: Mapping[str, object], target_path: Path | None) -> list[str]:
        folders = ["--project-dir", str(self.root), "--profiles-dir", str(self.root)]
        target = ["--target-path", str(target_path)] if target_path else []
        # manifest.json and run_results.json take half a second, and nothing here reads them.
        quiet = ["--log-level", "none"]
        quiet += [] if "DBT_WRITE_JSON" in os.environ else ["--no-write-json"]
        return [*folders, *target, *quiet, "--vars", json.dumps(dict(variables), default=str)]


def load_dbt() -> None:
    """Import dbt, which takes over a second: commands that don't need dbt shouldn't wait for it."""
    with collector_paused():
        import dbt.cli.main
        import dbt.contracts.graph.manifest  # noqa: F401


def let_go_of_databases() -> None:
    """Close the connections that dbt keeps open after a command of this process."""
    with collector_paused():
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    # dbt-duckdb is typed, but not this method.
    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    gc.collect()


def parsed_variables(root: Path, text: str) -> dict[str, object]:
    """Variables written as YAML, each of which dbt_project.yml must know.

    Raises:
        UsageMistakeError: They can't be read, or one isn't known.
    """
    if text.strip() == "{}":
        return {}
    from dbt.clients.yaml_helper import load_yaml_text
    from dbt_common.exceptions import DbtValidationError

    try:
        variables = load_yaml_text(text)
    except DbtValidationError as error:
        raise UsageMistakeError(f"{text!r} is not YAML", VARIABLES_ADVICE) from error
    if not isinstance(variables, dict):
        raise UsageMistakeError(f"{text!r} is not a YAML mapping", VARIABLES_ADVICE)
    declared = (load_yaml_text((root / "dbt_project.yml").read_text(encoding="utf-8")) or {}).get("vars", {})
    known = [name for name in declared if name not in OF_A_PACKAGE]
    unknown = [str(name) for name in variables if name not in known]
    if unknown:
        raise UsageMistakeError(
            f"there is no variable {', '.join(unknown)}", f"Known variables: {', '.join(known)}."
        )
    return {str(name): value for name, value in variables.items()}


def _selection(select: str | None, exclude: str | None, tested: bool = True) -> list[str]:
    selected = ["--select", select] if select else []
    excluded = ["--exclude", exclude] if exclude else []
    # Cautious: a test that also looks at what isn't chosen doesn't come.
    # No test is left out unless it is named itself: a view that isn't made anew may have other rows.
    indirect = ["--indirect-selection", "cautious" if select and tested else "empty"]
    return [
        *selected,
        *excluded,
        *(indirect if select or exclude else []),
        "--exclude-resource-type",
        "unit_test",
    ]
