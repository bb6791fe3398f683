"""What a build of the project tells: while it goes on, and afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from leadscore.errors import RunFailedError

# The model that refuses a run before anybody is scored, and says what to do.
PLAN = "run_plan"


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
    """

    succeeded: bool
    configuration_checked: bool = False
    failures: Sequence[Failure] = ()
    warnings: Sequence[Failure] = ()
    stopped_by: str = ""


def failed_run(outcome: BuildOutcome) -> RunFailedError:
    """A build that failed, for the user."""
    if not outcome.failures:
        return RunFailedError(
            f"dbt stopped: {outcome.stopped_by}", "Nothing was published; logs/dbt.log tells more."
        )
    told = "\n".join(f"{failure.node} ({failure.path}): {failure.message}" for failure in outcome.failures)
    if [failure.node for failure in outcome.failures] == [PLAN]:
        return RunFailedError(told, "The last publication is still there.")
    return RunFailedError(
        told,
        "Nothing was published; the last publication is still there. Look at the compiled SQL under target/, "
        "and at logs/dbt.log, then run again.",
    )
