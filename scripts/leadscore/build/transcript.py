"""All that dbt says in a build, for who looks for the cause of a failure."""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path
from typing import Any

from leadscore.storage.files import write_atomically

LOG = "failed_run.log"
EVENTS_KEPT = 100_000


class Transcript:
    """What dbt says, kept in memory and written only where it is asked for.

    dbt would write each line as it comes, and makes the text of all lines whatever the level of its log: that
    costs a run 0.15 s.
    """

    def __init__(self) -> None:
        self._events: deque[Any] = deque(maxlen=EVENTS_KEPT)

    def __call__(self, event: Any) -> None:
        """Keep an event of dbt."""
        self._events.append(event)

    def write(self, root: Path) -> Path | None:
        """Write it where dbt's log would be, in place of that of an earlier failure.

        Args:
            root: The project, from which `DBT_LOG_PATH` (default: `logs`) is looked for.

        Returns:
            The file; None if it can't be written, which is no failure of its own.
        """
        from dbt_common.exceptions import env_secrets, scrub_secrets

        secrets = env_secrets()
        lines = [
            f"{event.info.ts.ToJsonString()} [{event.info.level}] {scrub_secrets(event.info.msg, secrets)}\n"
            for event in self._events
        ]
        place = root / (os.environ.get("DBT_LOG_PATH") or "logs") / LOG
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            text = "".join(lines).encode(errors="replace")
            write_atomically(place, text, beside=place.with_name(f"{LOG}.tmp"))
        except OSError:
            return None
        return place
