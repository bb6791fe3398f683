"""What dbt tells, in the words of this project: its events, and what became of an invocation."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from leadscore.build.outcome import BuildObserver, BuildOutcome, Failure

if TYPE_CHECKING:
    from dbt.artifacts.schemas.run import RunResult
    from dbt.cli.main import dbtRunnerResult

CONFIG_ERRORS = "config_errors"
HEADING = re.compile(r"[A-Z][a-z]+ Error in \w+ \w+ \(.*\)")


class Listener:
    """Translates dbt's events."""

    def __init__(self, observer: BuildObserver) -> None:
        self._observer = observer
        self._started: set[str] = set()

    def __call__(self, event: Any) -> None:
        """Pass on the start and the end of nodes: of those that are made, which ephemeral models aren't."""
        if event.info.name not in ("LogStartLine", "NodeFinished"):
            return
        node = event.data.node_info.node_name
        if event.info.name == "LogStartLine":
            self._started.add(node)
            self._observer.started(node, event.data.total)
        elif node in self._started:
            self._observer.finished(node)


def outcome(result: dbtRunnerResult) -> BuildOutcome:
    """What became of an invocation of dbt."""
    from dbt.artifacts.schemas.run import RunExecutionResult

    nodes = result.result.results if isinstance(result.result, RunExecutionResult) else []
    statuses = {str(node.node.name): str(node.status) for node in nodes}
    return BuildOutcome(
        succeeded=bool(result.success),
        configuration_checked=statuses.get(CONFIG_ERRORS) == "success",
        failures=[_failure(node) for node in nodes if str(node.status) in ("error", "fail", "runtime error")],
        warnings=[_warning(node) for node in nodes if str(node.status) == "warn"],
        stopped_by=_said(str(result.exception)) or type(result.exception).__name__
        if result.exception
        else "",
    )


def _failure(result: RunResult) -> Failure:
    return Failure(
        str(result.node.name), str(result.node.original_file_path), _said(str(result.message or ""))
    )


def _warning(result: RunResult) -> Failure:
    """A test that warns, with what it says of itself before what dbt says."""
    found = _failure(result)
    description = " ".join(str(result.node.description or "").split())
    return replace(found, message=f"{description} ({found.message})") if description else found


def _said(message: str) -> str:
    """What dbt or the database said, without dbt's heading and its stack of macros."""
    lines = [line.strip() for line in message.strip().splitlines()]
    said = [line for line in lines if line and not line.startswith(">") and not HEADING.fullmatch(line)]
    return "\n  ".join(said)
