"""What waits for a receiver: the difference between the publication and what, by the ledger, it knows."""

from collections.abc import Sequence
from datetime import UTC, datetime

from leadscore.storage.database import Database, literal

# The key of a row is the same however often it is sent, and safe in a header.
SEGMENT_KEY = "md5(concat_ws(chr(31), 'segment', segment_id, contact_id, change, content_hash, changed_at))"
NOTIFICATION_KEY = "md5(concat_ws(chr(31), 'notification', model_id, contact_id, transitioned_at))"
MARTS_READ = (
    *("dim_score_bands", "dim_scoring_models", "dim_segments"),
    *("notifications", "segment_changes", "segment_contacts"),
)


def make_waiting(database: Database, receiver: str) -> None:
    """Make `delivery.segment_changes` and `delivery.notifications`: what the receiver doesn't know yet."""
    database.execute(
        f"""
        create or replace table delivery.segment_changes as
        with net as (
            select
                segment_id, contact_id, max_by(change, run_number) != 'removed' as is_member,
                max_by(content_hash, run_number) as content_hash,
                max_by(is_mailable, run_number) as is_mailable,
                max_by(changed_at, run_number) as changed_at
            from published.marts.segment_changes
            group by segment_id, contact_id
        ),
        known as (from ledger.deliveries.members where receiver = {literal(receiver)}),
        changes as (
            select
                coalesce(net.segment_id, known.segment_id) as segment_id,
                coalesce(net.contact_id, known.contact_id) as contact_id,
                case
                    when known.contact_id is null then 'added'
                    when coalesce(net.is_member, false) then 'updated'
                    else 'removed'
                end as change,
                coalesce(net.content_hash, known.content_hash) as content_hash,
                coalesce(net.is_mailable and net.is_member, false) as is_mailable,
                coalesce(net.changed_at, known.delivered_at) as changed_at
            from net
            full join known on net.segment_id = known.segment_id and net.contact_id = known.contact_id
            where
                (known.contact_id is null and net.is_member)
                or (known.contact_id is not null and not coalesce(net.is_member, false))
                or (net.is_member and net.content_hash != known.content_hash)
        )
        select
            {SEGMENT_KEY} as delivery_key, changes.*, segments.title as segment_title,
            contacts.* exclude (contact_id)
        from changes
        left join published.marts.dim_segments as segments using (segment_id)
        left join published.marts.segment_contacts as contacts using (contact_id)
        """
    )
    database.execute(
        f"""
        create or replace table delivery.notifications as
        select
            {NOTIFICATION_KEY} as delivery_key, outbox.* exclude (is_due, delivered_at),
            models.title as model_title,
            bands.title as band_title, contacts.first_name, contacts.last_name, contacts.company_name
        from published.marts.notifications as outbox
        left join published.marts.dim_scoring_models as models using (model_id)
        left join published.marts.dim_score_bands as bands using (model_id, band_id)
        left join published.marts.segment_contacts as contacts using (contact_id)
        where
            outbox.is_due
            and (outbox.model_id, outbox.contact_id, outbox.transitioned_at) not in (
                select (model_id, contact_id, transitioned_at)
                from ledger.deliveries.notifications
                where receiver = {literal(receiver)}
            )
        """
    )
    database.execute(
        f"""
        delete from ledger.deliveries.rejected
        where
            receiver = {literal(receiver)}
            and delivery_key not in (select delivery_key from delivery.segment_changes)
            and delivery_key not in (select delivery_key from delivery.notifications)
        """
    )


def baseline_new_receivers(database: Database, receivers: Sequence[str]) -> None:
    """Take in receivers that are new: what others were told of before isn't news for them."""
    told = "model_id, contact_id, transitioned_at, band_id, reasons, action, score, delivered_at"
    now = datetime.now(UTC).replace(tzinfo=None)
    known = [str(row[0]) for row in database.execute("select receiver from ledger.deliveries.receivers")]
    new = [receiver for receiver in dict.fromkeys(receivers) if receiver not in known]
    with database.transaction():
        # The outbox keeps what was delivered: what it lacks was of a person who was erased.
        database.execute(
            """
            delete from ledger.deliveries.notifications
            where
                is_recorded
                and (model_id, contact_id, transitioned_at) not in (
                    select (model_id, contact_id, transitioned_at) from published.marts.notifications
                )
            """
        )
        for receiver in new:
            for source in (
                "published.marts.notifications where delivered_at is not null",
                f"ledger.deliveries.notifications where list_contains({_list_sql(known)}, receiver)",
            ):
                database.execute(
                    f"""
                    insert or ignore into ledger.deliveries.notifications
                    select {literal(receiver)}, {told}, true from {source}
                    """
                )
            database.execute("insert into ledger.deliveries.receivers values (?, ?)", [receiver, now])


def _list_sql(texts: Sequence[str]) -> str:
    return f"cast([{', '.join(map(literal, texts))}] as varchar[])"
