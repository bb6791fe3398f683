"""Runs drt, which renders, sends, paces and retries what it is given here."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from drt.config.base import QueryTaggingConfig
from drt.config.profiles import DuckDBProfile
from drt.destinations.row_errors import record_row_error
from drt.engine.observer import NullObserver
from drt.engine.sync import run_sync

from leadscore.delivery.answers import bounded_answers
from leadscore.delivery.destinations.choice import destination_for
from leadscore.delivery.hiding import Hiding
from leadscore.delivery.ledger import ReceiverLedger
from leadscore.delivery.owners import RecordOwners
from leadscore.delivery.sync import Sync, without_semicolon
from leadscore.delivery.trouble import ReceiverTroubleError, Trouble
from leadscore.errors import DeliveryFailedError
from leadscore.storage.database import Database

# What a destination that judges rows by itself says of a contact that the tool doesn't have.
NO_SUCH_CONTACT = 404


@dataclass(frozen=True)
class Sent:
    """What became of the rows of a sync.

    Attributes:
        accepted: Rows that the receiver accepted.
        rejected: Rows that it didn't.
        absent: Rows of contacts that it doesn't have.
        stopped: Why the rest was not sent; None if all of it was.
    """

    accepted: int
    rejected: int
    stopped: str | None
    absent: int = 0


class _Waiting:
    """A drt source: the rows of a sync. drt's own would open the publication for writing."""

    def __init__(self, database: Database, receiver: str) -> None:
        self._database = database
        self._receiver = receiver

    def extract(self, query: str, config: Any, *, query_tags: Any = None) -> Iterator[dict[str, Any]]:
        """The rows, those that were rejected before last."""
        ordered = f"""
            select waiting.*
            from ({without_semicolon(query)}) as waiting
            left join ledger.deliveries.rejected as before
                on waiting.delivery_key = before.delivery_key and before.receiver = ?
            order by coalesce(before.attempts, 0), waiting.delivery_key
        """
        types = self._database.columns(f"({without_semicolon(query)})")
        objects = {name for name, kind in types.items() if kind == "JSON"}
        for row in self._database.stream(ordered, [self._receiver]):
            yield {
                name: json.loads(value) if name in objects and value is not None else _plain(value)
                for name, value in row.items()
            }

    def test_connection(self, config: Any) -> bool:
        """It is open."""
        return True


class _Watched:
    """A drt destination, watched for what drt 1.2 doesn't tell, and for a receiver that is down."""

    def __init__(
        self, destination: Any, stop: threading.Event, hiding: Hiding, warn: Callable[[str], None]
    ) -> None:
        self._warn = warn
        self._destination = destination
        self._stop = stop
        self._hiding = hiding
        # What it returns of a row is about that row; what is about the receiver, it raises.
        self.judges_rows = bool(getattr(destination, "judges_rows", False))
        self.trouble = Trouble()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._destination, name)

    def load(self, records: list[dict[str, Any]], config: Any, options: Any) -> Any:
        """Send a batch."""
        try:
            result = self._destination.load(records, config, options)
        except ReceiverTroubleError as error:
            told = self._hiding.hidden(str(error))
            self.trouble.stop(told)
            result = _all_failed(records, told)
        except Exception as error:  # whatever a connector raises, its rows wait
            result = _all_failed(records, str(error))
            if self.judges_rows:
                self.trouble.stop(f"its answer can't be understood: {self._hiding.hidden(repr(error))}")
        if result.failed > len(result.row_errors):
            # The file destination doesn't tell which rows: without that drt takes all for delivered.
            result = _all_failed(records, "; ".join(result.errors) or "not accepted")
        for note in getattr(self._destination, "notes", ()):
            self._warn(note)
        if self.judges_rows:
            _take_removed(result, records)
        failed = {row_error.batch_index: row_error for row_error in result.row_errors}
        for place, record in enumerate(records):
            if (of_row := failed.get(place)) is None:
                self.trouble.accepted()
                continue
            status = of_row.http_status
            of_row.error_message = self._hiding.answer(of_row.error_message or "", record, status)
            if self.judges_rows:
                self.trouble.rejected()
            else:
                self.trouble.refused(status, of_row.error_message)
        if self.trouble.told is not None:
            self._stop.set()
        return result


class _Rejections(NullObserver):  # type: ignore[misc]
    """A drt observer that keeps the rows that weren't accepted."""

    def __init__(
        self,
        database: Database,
        ledger: ReceiverLedger,
        destination: _Watched,
        sync: Sync,
        warn: Callable[[str], None],
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._destination = destination
        self._about = "scores" if sync.tells_scores else ""
        self._hiding = sync.hiding
        self._warn = warn
        self.rejected = 0
        self.absent = 0

    def on_warning(self, sync_name: str, message: str) -> None:
        """Tell the user."""
        self._warn(f"{sync_name}: {self._hiding.hidden(message)}")

    def on_records_failed(self, sync_name: str, dead_letters: list[Any]) -> None:
        """Keep each row's key and reason, not the row itself: it is made anew when it is sent again."""
        with self._database.transaction():
            for letter in dead_letters:
                row: Mapping[str, Any] = letter.record
                about = row.get("segment_id") or row.get("model_id") or self._about
                reason = letter.error_message or f"HTTP {letter.http_status}"
                is_absent = self._destination.judges_rows and letter.http_status == NO_SUCH_CONTACT
                self._ledger.reject(
                    str(row.get("delivery_key")),
                    str(row.get("contact_id")),
                    str(about),
                    letter.http_status,
                    reason,
                    is_absent=is_absent,
                )
                self.absent += is_absent
                self.rejected += not is_absent


def send(database: Database, sync: Sync, root: Path, warn: Callable[[str], None]) -> Sent:
    """Send what waits for a sync.

    Args:
        database: The open ledger and publication, with `delivery.*` made for the sync's receiver.
        sync: The sync.
        root: The project.
        warn: Is told what drt warns of.
    """
    stop = threading.Event()
    ledger = ReceiverLedger(database, sync.receiver)
    owners = RecordOwners(database, sync.receiver)
    destination = _Watched(destination_for(sync.config.destination, owners), stop, sync.hiding, warn)
    observer = _Rejections(database, ledger, destination, sync, warn)
    with bounded_answers(), _typed_mistakes():
        run_sync(
            sync.config,
            _Waiting(database.another(), sync.receiver),
            destination,
            DuckDBProfile(type="duckdb"),
            root,
            stop_event=stop,
            observer=observer,
            idempotency_ledger=ledger,
            query_tagging=QueryTaggingConfig(enabled=False),
            vars={},
        )
    return Sent(ledger.accepted, observer.rejected, destination.trouble.told, observer.absent)


@contextmanager
def _typed_mistakes() -> Iterator[None]:
    """What drt finds wrong with a sync, such as a key that can't be made, for the user."""
    try:
        yield
    except ValueError as error:
        raise DeliveryFailedError(str(error)) from error


def _take_removed(result: Any, records: list[dict[str, Any]]) -> None:
    """Of who isn't there nothing has to be removed: that is done."""
    kept = [
        of_row
        for of_row in result.row_errors
        if of_row.http_status != NO_SUCH_CONTACT or records[of_row.batch_index].get("change") != "removed"
    ]
    done = len(result.row_errors) - len(kept)
    result.row_errors[:] = kept
    result.failed -= done
    result.success += done


def _all_failed(records: list[dict[str, Any]], reason: str) -> Any:
    from drt.destinations.base import SyncResult

    result = SyncResult()
    for place in range(len(records)):
        record_row_error(result, place, "", RuntimeError(reason))
    return result


def _plain(value: Any) -> Any:
    """A value as JSON knows it: drt sends a row without a template as it is."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
