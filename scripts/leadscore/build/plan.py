"""What a run decided to do, as it wrote it into the database."""

from dataclasses import dataclass
from datetime import UTC, datetime

from leadscore.storage.database import Database, identifier

LAST_AS_OF = "select max(as_of) from state.run_state"
# All columns, because what an earlier version wrote has fewer.
PLAN = "select * from {}state.run_plan"


@dataclass(frozen=True)
class RunPlan:
    """The plan of a run.

    Attributes:
        run_number: Counts the runs of a database.
        as_of: The instant scored for.
        previous_as_of: The one of the run before; None: there was none.
        is_full: Whether everything is built anew; else only the contacts that moved.
        reason: Why it is a full run.
        run_id: Its own name; None: an earlier version gave it none.
        previous_run_id: The one of the run before; None: there was none, or that had none.
    """

    run_number: int
    as_of: datetime
    previous_as_of: datetime | None
    is_full: bool
    reason: str
    run_id: str | None = None
    previous_run_id: str | None = None

    def is_same_run(self, other: "RunPlan") -> bool:
        """Whether the other is of the same run: a restored database may count to the same number again."""
        mine, theirs = ((run.run_number, run.as_of, run.run_id) for run in (self, other))
        return mine == theirs


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
    rows = database.records(PLAN.format(f"{identifier(catalog)}." if catalog else ""))
    if len(rows) != 1:
        return None
    [plan] = rows
    previous = plan["previous_as_of"]
    return RunPlan(
        run_number=int(plan["run_number"]),
        as_of=plan["as_of"].replace(tzinfo=UTC),
        previous_as_of=None if previous is None else previous.replace(tzinfo=UTC),
        is_full=bool(plan["is_full"]),
        reason=str(plan["reason"] or ""),
        run_id=plan.get("run_id"),
        previous_run_id=plan.get("previous_run_id"),
    )
