"""The one module that knows dbt: builds the project in this process and says what became of it."""

import gc
import json
import os
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.builds import BuildObserver, BuildOutcome, Failure
from scripts.errors import UsageMistakeError
from scripts.staged_seeds import seeds_for_dbt

CONFIG_ERRORS = "config_errors"
VARIABLES_ADVICE = "Write it like --vars '{time_zone: Europe/Amsterdam}'."
HEADING = re.compile(r"[A-Z][a-z]+ Error in \w+ \w+ \(.*\)")


@dataclass(frozen=True)
class DbtProject:
    """A dbt project on disk.

    Attributes:
        root: Its folder, with dbt_project.yml and profiles.yml.
        database: The DuckDB file to build in.
        seeds: The configuration to build with.
        target: Where dbt keeps what it compiles.
    """

    root: Path
    database: Path
    seeds: Path
    target: Path | None = None

    def build(
        self,
        observer: BuildObserver,
        *,
        variables: Mapping[str, object] | None = None,
        run_variables: Mapping[str, object] | None = None,
        select: str | None = None,
        full_refresh: bool = False,
    ) -> BuildOutcome:
        """Run `dbt build`, and let go of the database afterwards.

        Args:
            observer: Hears how it goes.
            variables: Variables that the project is parsed with; dbt keeps what it parsed while they stay.
            run_variables: Variables that are new in each run, and that only the SQL reads.
            select: The nodes to build; None: all.
            full_refresh: Whether everything is built anew.
        """
        # Here, because it takes over a second, which commands that don't need dbt shouldn't wait for.
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        parse = ["parse", *self._arguments(variables or {})]
        build = ["build", *self._arguments({**(variables or {}), **(run_variables or {})})]
        build += ["--exclude-resource-type", "unit_test"]
        build += ["--select", select] if select else []
        build += ["--full-refresh"] if full_refresh else []
        with self._environment(), warnings.catch_warnings():
            # A seed may lack columns that the project types: they count as empty.
            warnings.filterwarnings("ignore", category=RuntimeWarning, module="agate")
            try:
                result = dbtRunner().invoke(parse)
                if result.success:
                    result = dbtRunner(result.result, callbacks=[_Listener(observer)]).invoke(build)
            finally:
                DuckDBConnectionManager.close_all_connections()
                gc.collect()
        if isinstance(result.exception, KeyboardInterrupt):
            raise result.exception
        return _outcome(result)

    def _arguments(self, variables: Mapping[str, object]) -> list[str]:
        folders = ["--project-dir", str(self.root), "--profiles-dir", str(self.root)]
        target = ["--target-path", str(self.target)] if self.target else []
        return [*folders, *target, "--log-level", "none", "--vars", json.dumps(dict(variables), default=str)]

    @contextmanager
    def _environment(self) -> Iterator[None]:
        """What `dbt` from the project's root would see: what isn't the default is set, what is, isn't."""
        wanted = {
            "LEADSCORE_DATABASE": None
            if self.database == self.root / "leadscore.duckdb"
            else str(self.database),
            "LEADSCORE_SEEDS": None
            if self.seeds == self.root / "seeds"
            else seeds_for_dbt(self.root, self.seeds),
        }
        before = {name: os.environ.get(name) for name in wanted}
        folder = Path.cwd()
        try:
            os.chdir(self.root)
            _set_environment(wanted)
            yield
        finally:
            _set_environment(before)
            os.chdir(folder)


def parsed_variables(root: Path, text: str) -> dict[str, object]:
    """The variables in `--vars`, each of which dbt_project.yml must know."""
    from dbt.clients.yaml_helper import load_yaml_text
    from dbt.exceptions import DbtValidationError

    try:
        variables = load_yaml_text(text)
    except DbtValidationError as error:
        raise UsageMistakeError(f"--vars is not YAML: {text!r}", VARIABLES_ADVICE) from error
    if not isinstance(variables, dict):
        raise UsageMistakeError(f"--vars is not a YAML mapping: {text!r}", VARIABLES_ADVICE)
    known = load_yaml_text((root / "dbt_project.yml").read_text(encoding="utf-8")).get("vars", {})
    unknown = [str(name) for name in variables if name not in known]
    if unknown:
        raise UsageMistakeError(
            f"--vars: there is no variable {', '.join(unknown)}", f"Known variables: {', '.join(known)}."
        )
    return {str(name): value for name, value in variables.items()}


class _Listener:
    """Translates dbt's events."""

    def __init__(self, observer: BuildObserver) -> None:
        self._observer = observer

    def __call__(self, event: Any) -> None:
        if event.info.name == "LogStartLine":
            self._observer.started(event.data.node_info.node_name, event.data.total)
        elif event.info.name == "NodeFinished":
            self._observer.finished(event.data.node_info.node_name)


def _outcome(result: Any) -> BuildOutcome:
    nodes = list(result.result.results) if hasattr(result.result, "results") else []
    statuses = {str(node.node.name): str(node.status) for node in nodes}
    return BuildOutcome(
        succeeded=bool(result.success),
        configuration_checked=statuses.get(CONFIG_ERRORS) == "success",
        failures=[_failure(node) for node in nodes if str(node.status) in ("error", "fail", "runtime error")],
        warnings=[_failure(node) for node in nodes if str(node.status) == "warn"],
        stopped_by=_said(str(result.exception or "")),
    )


def _failure(result: Any) -> Failure:
    return Failure(
        str(result.node.name), str(result.node.original_file_path), _said(str(result.message or ""))
    )


def _said(message: str) -> str:
    """What dbt or the database said, without dbt's heading and its stack of macros."""
    lines = [line.strip() for line in message.strip().splitlines()]
    said = [line for line in lines if line and not line.startswith(">") and not HEADING.fullmatch(line)]
    return "\n  ".join(said)


def _set_environment(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
