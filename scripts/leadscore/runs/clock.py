"""The machine's clock, which may be wrong: runs go on in time, so one that is ahead stops those after it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from leadscore.build.plan import finished_as_of
from leadscore.errors import LeadscoreError, UsageMistakeError
from leadscore.settings import Settings
from leadscore.storage.database import open_database

# Clocks differ by minutes; an instant further ahead is a slip of the pen.
FURTHEST_AHEAD = timedelta(days=1)


def is_far_ahead(as_of: datetime) -> bool:
    """Whether an instant is more than a day ahead of the clock."""
    return as_of > datetime.now(UTC) + FURTHEST_AHEAD


def refuse_far_ahead(as_of: datetime) -> None:
    """Refuse to score for an instant that is more than a day ahead of the clock.

    Raises:
        UsageMistakeError: It is.
    """
    if is_far_ahead(as_of):
        raise UsageMistakeError(
            f"as_of {_written(as_of)} is more than a day ahead of this machine's clock, "
            f"{_written(datetime.now(UTC))}",
            "Runs after it would score for that instant too, until it has come. Correct it, or add --force.",
        )


def present_instant(settings: Settings, full_refresh: bool, say: Callable[[str], None]) -> datetime:
    """The time, or the last run's as_of if the clock is behind that.

    Args:
        settings: Where the database is.
        full_refresh: Whether everything is built anew: that may go back, and is the way out after a run for a
            wrong instant.
        say: Is told if the clock is behind.
    """
    now = datetime.now(UTC)
    if full_refresh or not settings.database.is_file():
        return now
    try:
        with open_database(settings.database, read_only=True) as database:
            last = finished_as_of(database)
    except LeadscoreError:
        return now  # the run meets the same, and tells it in its log
    if last is None or last <= now:
        return now
    say(
        f"Warning: this machine's clock says {_written(now)}, which is earlier than {_written(last)}, "
        "the instant of the last run: it is scored for again. If that instant was wrong, "
        "`leadscore run --full-refresh` scores for now."
    )
    return last


def _written(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"
