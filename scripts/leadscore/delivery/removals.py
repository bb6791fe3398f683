"""What receivers are still to be told of people who were erased: that they are removed, and nothing else.

An erasure can't wait for a receiver that is down, and mustn't forget whom it has to tell (GDPR, article 19).
So what the receiver knows the person by stays in the ledger until the next delivery has told it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from leadscore.delivery.waiting import SEGMENT_KEY
from leadscore.storage.database import Database, literal, open_database

REMOVALS = "deliveries.removals"
TABLE = """
create table if not exists {schema}.removals (
    receiver varchar, segment_id varchar, contact_id varchar, asked_contact_id varchar, email_on_file varchar,
    owed_since timestamp, primary key (receiver, segment_id, contact_id)
)
"""


@dataclass(frozen=True)
class Owed:
    """A receiver that is still to be told.

    Attributes:
        receiver: Which one.
        segments: What it has to remove the person from.
    """

    receiver: str
    segments: tuple[str, ...]


def owe_removals(
    ledger: Database,
    contact_id: str,
    ids: Sequence[str],
    on_file: Mapping[str, str],
    by_id: Collection[str],
    emails: Collection[str] = (),
) -> None:
    """Keep whom receivers are to remove, of what the ledger says that they know; in the caller's transaction.

    Args:
        ledger: The ledger.
        contact_id: The contact that was asked for.
        ids: It, and all contacts that are merged into it.
        on_file: Id -> the address that receivers know it by, unless the ledger says which they were told.
        by_id: Receivers that know nobody by an address: for them none is kept.
        emails: The addresses, in lower case, that are the person's alone.
    """
    if "members" not in ledger.tables("deliveries"):
        return
    ledger.execute(TABLE.format(schema="deliveries"))
    # A ledger of before doesn't keep it.
    told = "email_on_file" if "email_on_file" in ledger.columns("deliveries.members") else "null"
    known = ledger.execute(
        f"""
        select receiver, segment_id, contact_id, {told}
        from deliveries.members
        where list_contains(?, contact_id)
        """,
        [list(ids)],
    )
    now = datetime.now(UTC).replace(tzinfo=None)
    for receiver, segment_id, contact, told_address in known:
        is_own = told_address is not None and str(told_address).strip().lower() in emails
        address = told_address if is_own else on_file.get(str(contact))
        address = None if receiver in by_id else address
        ledger.execute(
            "insert or ignore into deliveries.removals values (?, ?, ?, ?, ?, ?)",
            [receiver, segment_id, contact, contact_id, address, now],
        )


def receivers_by_id(folder: Path) -> set[str]:
    """The receivers whose syncs don't read an address on file: they know people by contact_id alone."""
    # Here, because drt takes a second to import.
    from leadscore.delivery.definitions import written_receivers

    models = written_receivers(folder)
    return {receiver for receiver, sql in models.items() if "email_on_file" not in sql}


def notified_receivers(ledger: Path, ids: Sequence[str]) -> list[str]:
    """Who was told of a person by a notification: a message that nothing takes back."""
    if not ledger.is_file():
        return []
    with open_database(ledger, read_only=True) as database:
        if "notifications" not in database.tables("deliveries"):
            return []
        rows = database.execute(
            """
            select distinct receiver
            from deliveries.notifications
            where list_contains(?, contact_id)
            order by receiver
            """,
            [list(ids)],
        )
    return [str(receiver) for (receiver,) in rows]


def owed_removals(ledger: Path, ids: Sequence[str]) -> list[Owed]:
    """Which receivers are still to be told of a person."""
    if not ledger.is_file():
        return []
    with open_database(ledger, read_only=True) as database:
        if "removals" not in database.tables("deliveries"):
            return []
        rows = database.execute(
            f"""
            select receiver, list_sort(list(distinct segment_id))
            from deliveries.removals
            where {_theirs_sql(ids)}
            group by receiver
            order by receiver
            """
        )
    return [Owed(str(receiver), tuple(map(str, segments))) for receiver, segments in rows]


def make_owed(database: Database, receiver: str) -> bool:
    """Make `delivery.segment_changes` of the removals that a receiver is owed; whether there are any.

    The rows look like those of anybody who left a segment, so that each sync tells them as it tells others.
    """
    owed = f"from ledger.{REMOVALS} where receiver = {literal(receiver)}"
    if not database.execute(f"select 1 {owed} limit 1"):
        return False
    database.execute(
        f"""
        create or replace table delivery.segment_changes as
        with changes as (
            select
                segment_id, contact_id, 'removed' as change, cast(null as bigint) as content_hash,
                false as is_mailable, owed_since as changed_at, email_on_file as address
            {owed}
        )
        select
            {SEGMENT_KEY} as delivery_key, changes.* exclude (address), segments.title as segment_title,
            contacts.* exclude (contact_id) replace (changes.address as email_on_file)
        from changes
        left join published.marts.dim_segments as segments using (segment_id)
        left join (from published.marts.segment_contacts where false) as contacts using (contact_id)
        """
    )
    return True


def _theirs_sql(ids: Sequence[str]) -> str:
    listed = ", ".join(map(literal, ids)) or "null"
    return f"(contact_id in ({listed}) or asked_contact_id in ({listed}))"
