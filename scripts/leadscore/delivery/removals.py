"""What receivers are still to be told of people who were erased: that they are removed, and nothing else.

An erasure can't wait for a receiver that is down, and mustn't forget whom it has to tell (GDPR, article 19).
So what the receiver knows the person by stays in the ledger until the next delivery has told it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from leadscore.delivery.score_views import WAITING_TABLE
from leadscore.delivery.scores import KEYED
from leadscore.delivery.waiting import SEGMENT_KEY
from leadscore.storage.database import Database, literal, open_database

REMOVALS, SCORE_REMOVALS = "deliveries.removals", "deliveries.score_removals"
OWED_TABLES = (REMOVALS, SCORE_REMOVALS)
TABLES = """
create table if not exists {schema}.removals (
    receiver varchar, segment_id varchar, contact_id varchar, asked_contact_id varchar, email_on_file varchar,
    owed_since timestamp, primary key (receiver, segment_id, contact_id)
);
create table if not exists {schema}.score_removals (
    receiver varchar, stem varchar, contact_id varchar, asked_contact_id varchar, email_on_file varchar,
    owed_since timestamp, primary key (receiver, stem, contact_id)
);
"""


@dataclass(frozen=True)
class Owed:
    """A receiver that is still to be told.

    Attributes:
        receiver: Which one.
        segments: What it has to remove the person from.
        scores: What the fields begin with that it has to empty.
    """

    receiver: str
    segments: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()


def owe_removals(
    ledger: Database,
    contact_id: str,
    ids: Sequence[str],
    on_file: Mapping[str, str],
    by_id: Collection[str],
    emails: Collection[str] = (),
    shared: Collection[str] = (),
) -> None:
    """Keep whom receivers are to remove, of what the ledger says that they know; in the caller's transaction.

    Args:
        ledger: The ledger.
        contact_id: The contact that was asked for.
        ids: It, and all contacts that are merged into it.
        on_file: Id -> the address that receivers know it by, unless the ledger says which they were told.
        by_id: Receivers that know nobody by an address: for them none is kept.
        emails: The addresses, in lower case, that are the person's alone.
        shared: Those that others have, too.
    """
    tables = ledger.tables("deliveries")
    if "members" not in tables:
        return
    for statement in filter(str.strip, TABLES.format(schema="deliveries").split(";")):
        ledger.execute(statement)
    now = datetime.now(UTC).replace(tzinfo=None)
    # A ledger of before doesn't keep it.
    told = "email_on_file" if "email_on_file" in ledger.columns("deliveries.members") else "null"
    for receiver, segment_id, contact, told_address in _known(ledger, "members", "segment_id", told, ids):
        is_own = told_address is not None and str(told_address).strip().lower() in emails
        address = told_address if is_own else on_file.get(str(contact))
        address = None if receiver in by_id else address
        row = [receiver, segment_id, contact, contact_id, address, now]
        ledger.execute(f"insert or ignore into {REMOVALS} values (?, ?, ?, ?, ?, ?)", row)
    if "scores" not in tables:
        return
    for receiver, stem, contact, told_address in _known(ledger, "scores", "stem", "email_on_file", ids):
        # What a tool keeps under an address that others have is theirs, by the next delivery.
        if told_address is None or str(told_address).strip().lower() not in shared:
            row = [receiver, stem, contact, contact_id, told_address, now]
            ledger.execute(f"insert or ignore into {SCORE_REMOVALS} values (?, ?, ?, ?, ?, ?)", row)


def _known(
    ledger: Database, table: str, about: str, told: str, ids: Sequence[str]
) -> list[tuple[str, str, str, str | None]]:
    """What receivers know of a person: receiver, what about, contact, and the address that they were told."""
    return ledger.execute(
        f"""
        select receiver, {about}, contact_id, {told}
        from deliveries.{table}
        where list_contains(?, contact_id)
        """,
        [list(ids)],
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
    owed: dict[str, dict[str, tuple[str, ...]]] = {}
    with open_database(ledger, read_only=True) as database:
        there = database.tables("deliveries")
        for name, about, field in (
            ("removals", "segment_id", "segments"),
            ("score_removals", "stem", "scores"),
        ):
            if name not in there:
                continue
            rows = database.execute(
                f"""
                select receiver, list_sort(list(distinct {about}))
                from deliveries.{name}
                where {_theirs_sql(ids)}
                group by receiver
                """
            )
            for receiver, abouts in rows:
                owed.setdefault(str(receiver), {})[field] = tuple(map(str, abouts))
    return [Owed(receiver, **fields) for receiver, fields in sorted(owed.items())]


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


def make_owed_scores(database: Database, receiver: str) -> bool:
    """Make `delivery.score_waiting`, which the scores that wait are read from, of what a receiver is owed."""
    owed = f"from ledger.{SCORE_REMOVALS} where receiver = {literal(receiver)}"
    if not database.execute(f"select 1 {owed} limit 1"):
        return False
    database.execute(WAITING_TABLE)
    database.execute("delete from delivery.score_values")
    database.execute(
        f"""
        insert into delivery.score_waiting
        with judged as (
            select
                *, coalesce(email_on_file, contact_id) as known_by,
                'removed' as change, 'removed' as contact_change,
                cast(null as ubigint) as content_hash, owed_since as delivered_at
            {owed}
        ),
        {KEYED}
        """
    )
    return True


def _theirs_sql(ids: Sequence[str]) -> str:
    listed = ", ".join(map(literal, ids)) or "null"
    return f"(contact_id in ({listed}) or asked_contact_id in ({listed}))"
