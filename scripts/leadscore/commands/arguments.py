"""What users write on the command line, read or refused with the way to write it."""

import re
from datetime import UTC, datetime

from leadscore.errors import UsageMistakeError

UNITS = {"s": 1, "m": 60, "h": 3600}


def as_of_instant(text: str) -> datetime:
    """An instant in UTC from ISO 8601; one without an offset is UTC."""
    try:
        instant = datetime.fromisoformat(text.strip())
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageMistakeError(
            f"--as-of {text!r} is not an instant", "Write it like 2026-10-31 or 2026-10-31T12:00:00+02:00."
        ) from error


def interval_seconds(text: str) -> int:
    """Seconds from `30s`, `5m` or `1h`."""
    found = re.fullmatch(r"([0-9]{1,6})\s*([smh])", text.strip())
    if not found or int(found[1]) == 0:
        raise UsageMistakeError(f"--every {text!r} is not an interval", "Write it like 30s, 5m or 1h.")
    return int(found[1]) * UNITS[found[2]]
