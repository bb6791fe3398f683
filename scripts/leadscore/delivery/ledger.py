"""The delivery ledger: what each receiver has been told, in a DuckDB file of its own beside the database.

It is written after each batch that a receiver has accepted, so whatever stops a delivery, the next one goes
on there. It holds ids and hashes, for receivers that know people by their address the one that they were
told, of notifications what was told, of people who were erased what receivers are still to be told, and
nothing else about people.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from leadscore.delivery.removals import TABLES as REMOVALS_TABLES
from leadscore.delivery.score_views import WAITING_TABLE as SCORES_WAITING_TABLE
from leadscore.delivery.scores import LEDGER_TABLE as SCORES_TABLE
from leadscore.delivery.scores import find_accepted_scores, take_scores
from leadscore.errors import DamagedRecordError, DatabaseProblemError
from leadscore.storage.database import Database, literal, open_database
from leadscore.storage.lock import hold_lock
from leadscore.storage.searchable import SearchableFile, SearchKind

TABLES = """
create schema if not exists ledger.deliveries;
create table if not exists ledger.deliveries.members (
    receiver varchar, segment_id varchar, contact_id varchar, content_hash bigint, delivered_at timestamp,
    email_on_file varchar, primary key (receiver, segment_id, contact_id)
);
alter table ledger.deliveries.members add column if not exists email_on_file varchar;
create table if not exists ledger.deliveries.notifications (
    receiver varchar, model_id varchar, contact_id varchar, transitioned_at timestamp, band_id varchar,
    reasons varchar, action varchar, score decimal(28, 2), delivered_at timestamp, is_recorded boolean,
    primary key (receiver, model_id, contact_id, transitioned_at)
);
create table if not exists ledger.deliveries.receivers (receiver varchar primary key, first_at timestamp);
create table if not exists ledger.deliveries.rejected (
    receiver varchar, delivery_key varchar, contact_id varchar, about varchar, http_status integer,
    reason varchar, attempts integer, first_at timestamp, last_at timestamp,
    is_absent boolean, primary key (receiver, delivery_key)
);
alter table ledger.deliveries.rejected add column if not exists is_absent boolean;
""" + ";".join([REMOVALS_TABLES.format(schema="ledger.deliveries"), SCORES_TABLE])
# Slack takes these three characters for markup.
SLACK_TEXT = "replace(replace(replace(value, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"


def ledger_path(database: Path) -> Path:
    """The ledger of a database's deliveries."""
    return database.with_name(f"{database.stem}.deliveries.duckdb")


def ledger_files(database: Path) -> list[SearchableFile]:
    """What a database's ledger stores about people, if it has one."""
    path = ledger_path(database)
    return [SearchableFile(path, path, SearchKind.DATABASE)] if path.is_file() else []


@contextmanager
def hold_ledger(path: Path, command: str, say: Callable[[str], None]) -> Iterator[None]:
    """Hold a ledger for one command at a time.

    Args:
        path: The ledger.
        command: Who asks, for others to see.
        say: Is told who has it while this waits.

    Raises:
        DatabaseBusyError: Another process holds it for longer.
    """
    with hold_lock(path.with_name(f"{path.name}.lock"), command, say):
        yield


@contextmanager
def open_ledger(path: Path, published: Path) -> Iterator[Database]:
    """Open a ledger, attached as `ledger`, and the publication, attached as `published` for reading only."""
    with open_database(None) as database:
        # What doesn't fit into memory goes where an erasure looks for it, not into the folder of the command.
        database.execute(f"set temp_directory = {literal(path.with_name(f'{path.name}.tmp'))}")
        _attach(database, path)
        database.execute(f"attach {literal(published)} as published (read_only)")
        database.execute("create schema delivery")
        database.execute(SCORES_WAITING_TABLE)
        database.execute(f"create macro delivery.slack_text(value) as {SLACK_TEXT}")
        yield database


def _attach(database: Database, path: Path) -> None:
    """Attach a ledger and read it once: damage is found before anything is sent."""
    try:
        database.execute(f"attach {literal(path)} as ledger")
        for statement in TABLES.split(";"):
            if statement.strip():
                database.execute(statement)
        for table in database.tables("deliveries", catalog="ledger"):
            database.execute(f"select bit_xor(hash(told)) from ledger.deliveries.{table} as told")
    except DatabaseProblemError as error:
        raise DamagedRecordError(
            f"the ledger {path} can't be read, and nothing was sent: {error.message.splitlines()[0]}",
            "Put a backup of it in its place. Without one move it away: then everybody counts as new, and "
            "--mark-delivered takes what waits for told, without sending it.",
        ) from error


class ReceiverLedger:
    """What one receiver has been told: drt asks it before it sends a batch, and tells it what was accepted.

    Attributes:
        accepted: How many rows were accepted through it.
    """

    def __init__(self, database: Database, receiver: str) -> None:
        self._database = database
        self._receiver = receiver
        self.accepted = 0

    def already_delivered(self, sync_name: str, keys: Collection[str]) -> set[str]:
        """Always empty: make_waiting already leaves out what the ledger holds."""
        return set()

    def mark_delivered(self, sync_name: str, keys: Collection[str], delivered_at: str) -> None:
        """Keep that rows were accepted, all in one transaction."""
        parameters = [self._receiver, sorted(keys)]
        accepted = "delivery_key in (select unnest(cast(? as varchar[])))"
        find_accepted_scores(self._database, keys)
        with self._database.transaction():
            for table in ("members", "removals"):
                self._database.execute(
                    f"""
                    delete from ledger.deliveries.{table}
                    where
                        receiver = ?
                        and (segment_id, contact_id) in (
                            select (segment_id, contact_id)
                            from delivery.segment_changes
                            where
                                {accepted}
                                and change = 'removed'
                                and delivery_key not in (
                                    select delivery_key from delivery.addresses where is_moved
                                )
                        )
                    """,
                    parameters,
                )
            # Who has another address is told of twice: that the one before is removed, and as he is now.
            self._database.execute(
                f"""
                update ledger.deliveries.members
                set email_on_file = moved.address
                from delivery.addresses as moved
                where
                    members.receiver = ?
                    and members.segment_id = moved.segment_id
                    and members.contact_id = moved.contact_id
                    and moved.is_moved
                    and moved.{accepted}
                """,
                parameters,
            )
            self._database.execute(
                f"""
                insert into ledger.deliveries.members
                select
                    ?, changes.segment_id, changes.contact_id, changes.content_hash,
                    cast(? as timestamptz) at time zone 'UTC', told.address
                from delivery.segment_changes as changes
                left join delivery.addresses as told using (delivery_key)
                where {accepted} and changes.change != 'removed'
                on conflict do update set
                    content_hash = excluded.content_hash,
                    delivered_at = excluded.delivered_at,
                    email_on_file = coalesce(members.email_on_file, excluded.email_on_file)
                """,
                [self._receiver, delivered_at, parameters[1]],
            )
            self._database.execute(
                f"""
                insert or ignore into ledger.deliveries.notifications
                select
                    ?, model_id, contact_id, transitioned_at, band_id, reasons, action, score,
                    cast(? as timestamptz) at time zone 'UTC', false
                from delivery.notifications
                where {accepted}
                """,
                [self._receiver, delivered_at, parameters[1]],
            )
            take_scores(self._database, self._receiver, delivered_at)
            self._database.execute(
                f"delete from ledger.deliveries.rejected where receiver = ? and {accepted}", parameters
            )
        self.accepted += len(keys)

    def prune(self, sync_name: str, retention_days: int) -> int:
        """Nothing is forgotten: it would be sent again."""
        return 0

    def reject(
        self,
        key: str,
        contact_id: str,
        about: str,
        http_status: int | None,
        reason: str,
        *,
        is_absent: bool = False,
    ) -> None:
        """Keep that a row wasn't accepted, and why: perhaps that the receiver has no such contact."""
        now = datetime.now(UTC).replace(tzinfo=None)
        self._database.execute(
            """
            insert into ledger.deliveries.rejected by name
            select
                ? as receiver, ? as delivery_key, ? as contact_id, ? as about, ? as http_status, ? as reason,
                1 as attempts, ? as first_at, ? as last_at, ? as is_absent
            on conflict do update set
                http_status = excluded.http_status,
                reason = excluded.reason,
                is_absent = excluded.is_absent,
                attempts = attempts + 1,
                last_at = excluded.last_at
            """,
            [self._receiver, key, contact_id, about, http_status, reason, now, now, is_absent],
        )
