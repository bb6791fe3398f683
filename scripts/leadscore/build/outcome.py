"""What a build of the project tells: while it goes on, and afterwards."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from leadscore.errors import RunFailedError, WrongVariableError

# The model that refuses a run before anybody is scored, and says what to do.
PLAN = "run_plan"
# What the project's macros say of a variable.
OF_A_VARIABLE = re.compile(r"^var \w+: '.*", re.M)


class BuildObserver(Protocol):
    """Hears how a build goes."""

    def started(self, node: str, total: int) -> None:
        """A node of so many starts."""

    def finished(self, node: str) -> None:
        """A node is done, well or not."""


@dataclass(frozen=True)
class Failure:
    """A node that failed or warned.

    Attributes:
        node: Its name.
        path: The file that it is written in.
        message: What dbt or the database said.
    """

    node: str
    path: str
    message: str


@dataclass(frozen=True)
class BuildOutcome:
    """What became of a build.

    Attributes:
        succeeded: Whether everything was built and every test passed.
        configuration_checked: Whether `config_errors` holds the mistakes of this configuration.
        failures: Nodes that failed; empty also if dbt stopped before any.
        warnings: Tests that warn.
        stopped_by: What stopped dbt before it could run nodes.
        log: Where all that dbt said is written; None if it succeeded, or if nothing could be written.
    """

    succeeded: bool
    configuration_checked: bool = False
    failures: Sequence[Failure] = ()
    warnings: Sequence[Failure] = ()
    stopped_by: str = ""
    log: Path | None = None


def failed_run(outcome: BuildOutcome) -> RunFailedError:
    """A build that failed, for the user."""
    said = [outcome.stopped_by, *(failure.message for failure in outcome.failures)]
    if of_variables := dict.fromkeys(line for text in said for line in OF_A_VARIABLE.findall(text)):
        return WrongVariableError(
            list(of_variables), "Nothing was published. Correct it in --vars or dbt_project.yml; run again."
        )
    if not outcome.failures:
        more = f"; {outcome.log} tells more" if outcome.log else ""
        return RunFailedError(
            f"dbt stopped: {outcome.stopped_by}".split("\n"), f"Nothing was published{more}."
        )
    told = [
        line
        for failure in outcome.failures
        for line in f"{failure.node} ({failure.path}): {failure.message}".split("\n")
    ]
    if [failure.node for failure in outcome.failures] == [PLAN]:
        return RunFailedError(told, "The last publication is still there.")
    look = f"at all that dbt said, SQL too, in {outcome.log}" if outcome.log else "at the SQL of these nodes"
    return RunFailedError(
        told, f"Nothing was published; the last publication is still there. Look {look}, then run again."
    )
