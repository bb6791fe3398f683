"""What a run decided to do, as it wrote it into the database."""

from dataclasses import dataclass
from datetime import UTC, datetime

from leadscore.storage.database import Database, identifier

LAST_AS_OF = "select max(as_of) from state.run_state"
PLAN = "select run_number, as_of, previous_as_of, is_full, reason from {}state.run_plan"


@dataclass(frozen=True)
class RunPlan:
    """The plan of a run.

    Attributes:
        run_number: Counts the runs of a database.
        as_of: The instant scored for.
        previous_as_of: The one of the run before; None: there was none.
        is_full: Whether everything is built anew; else only the contacts that moved.
        reason: Why it is a full run.
    """

    run_number: int
    as_of: datetime
    previous_as_of: datetime | None
    is_full: bool
    reason: str

    def is_same_run(self, other: "RunPlan") -> bool:
        """Whether the other is of the same run: two runs may score for one instant."""
        return (self.run_number, self.as_of) == (other.run_number, other.as_of)


def finished_as_of(database: Database) -> datetime | None:
    """The instant that the last finished run scored for; None if none has finished."""
    if "run_state" not in database.tables("state"):
        return None
    as_of: datetime | None = database.value(LAST_AS_OF)
    return None if as_of is None else as_of.replace(tzinfo=UTC)


def run_plan(database: Database, catalog: str | None = None) -> RunPlan | None:
    """The plan of the last run, or None where runs don't write one (then each is a full one).

    Args:
        database: The database, or a connection to which it is attached.
        catalog: The name under which it is attached.
    """
    if "run_plan" not in database.tables("state", catalog):
        return None
    rows = database.execute(PLAN.format(f"{identifier(catalog)}." if catalog else ""))
    if len(rows) != 1:
        return None
    run_number, as_of, previous_as_of, is_full, reason = rows[0]
    return RunPlan(
        int(run_number),
        as_of.replace(tzinfo=UTC),
        None if previous_as_of is None else previous_as_of.replace(tzinfo=UTC),
        bool(is_full),
        str(reason or ""),
    )
