"""A sync that can run: what its file says, whom it tells of what, and whether it would show a secret."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leadscore.delivery.destinations.choice import OPEN_CONNECTIONS
from leadscore.delivery.hiding import Hiding
from leadscore.delivery.score_views import SCORE_CHANGES, SCORE_RECORDS
from leadscore.delivery.secrets import plain_addresses, trimmed

# `receiver:crm` among a sync's tags: syncs of one receiver share what it has been told.
RECEIVER_TAG = "receiver:"
# Destinations that are files of this machine.
LOCAL = ("file", "parquet")
# What waits for a receiver, for the SQL of a sync to read.
SEGMENT_CHANGES, NOTIFICATIONS = "delivery.segment_changes", "delivery.notifications"


@dataclass(frozen=True)
class Sync:
    """A sync that can run.

    Attributes:
        path: Its file.
        config: What drt reads from it.
        hiding: Keeps what it takes from the environment out of what is told.
        variables: The variables of the environment that its destination uses.
        reads: The tables that its SQL reads.
    """

    path: Path
    config: Any = field(repr=False)
    hiding: Hiding = field(repr=False)
    variables: tuple[str, ...]
    reads: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.config.name)

    @property
    def receiver(self) -> str:
        """Who is told: the name of the sync, unless a tag says that several syncs tell the same one."""
        return receiver_of(self.name, self.config.tags)

    @property
    def written_to(self) -> Path | None:
        """What it writes on this machine, if its destination is a file or a folder."""
        path = getattr(self.config.destination, "path", None) if self.destination in LOCAL else None
        return None if path is None else Path(str(path)).resolve()

    @property
    def query_sql(self) -> str:
        """Its SQL, as other SQL can hold it."""
        return without_semicolon(str(self.config.model))

    @property
    def tells_segments(self) -> bool:
        """Whether it tells of changes of segments."""
        return SEGMENT_CHANGES in self.reads

    @property
    def tells_notifications(self) -> bool:
        """Whether it tells of notifications."""
        return NOTIFICATIONS in self.reads

    @property
    def tells_scores(self) -> bool:
        """Whether it tells of scores."""
        return reads_scores(self.reads)

    @property
    def destination(self) -> str:
        """The kind of destination."""
        return str(self.config.destination.type)

    @property
    def open_way(self) -> str | None:
        """How a secret would go to another machine for everybody on the way to read; None: it wouldn't."""
        if self.destination in OPEN_CONNECTIONS:
            is_open = OPEN_CONNECTIONS[self.destination](self.config.destination)
            return "without TLS" if is_open else None
        return "over plain http" if self._goes_over_plain_http else None

    @property
    def _goes_over_plain_http(self) -> bool:
        destination = as_tree(self.config.destination)
        headers = {str(name).lower() for name in destination.get("headers") or ()}
        is_secret = self.variables or destination.get("auth") or "authorization" in headers
        resolved = [value for name in self.variables if (value := trimmed(name)) is not None]
        return bool(is_secret) and any(plain_addresses([destination, resolved]))


def receiver_of(name: str, tags: Sequence[str]) -> str:
    """Who is told, by the name and the tags of a sync."""
    named = [str(tag) for tag in tags if str(tag).startswith(RECEIVER_TAG)]
    return named[0].removeprefix(RECEIVER_TAG) if named else name


def reads_scores(reads: frozenset[str]) -> bool:
    """Whether these tables hold scores."""
    return not reads.isdisjoint((SCORE_CHANGES, SCORE_RECORDS))


def as_tree(destination: Any) -> dict[str, Any]:
    """A destination as mappings and lists."""
    return dict(destination.model_dump(mode="python"))


def without_semicolon(sql: str) -> str:
    """A query that may stand in brackets."""
    return sql.strip().rstrip(";")
