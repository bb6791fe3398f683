"""What waits for a receiver: the difference between the publication and what, by the ledger, it knows."""

from collections.abc import Sequence
from datetime import UTC, datetime

from leadscore.delivery.scores import KEY_SUFFIX
from leadscore.exports.identifiers import trimmed_sql
from leadscore.storage.database import Database, literal

# The key of a row is the same however often it is sent, and safe in a header.
SEGMENT_KEY = "md5(concat_ws(chr(31), 'segment', segment_id, contact_id, change, content_hash, changed_at))"
NOTIFICATION_KEY = "md5(concat_ws(chr(31), 'notification', model_id, contact_id, transitioned_at))"
MARTS_READ = (
    *("dim_score_bands", "dim_scoring_models", "dim_segments"),
    *("notifications", "segment_changes", "segment_contacts"),
)


def make_waiting(database: Database, receiver: str, *, by_address: bool = False) -> None:
    """Make `delivery.segment_changes` and `delivery.notifications`: what the receiver doesn't know yet.

    Args:
        database: The ledger with the publication.
        receiver: Which one.
        by_address: Whether it knows people by their address: then that which it was told is removed, whatever
            became of the contact, unless somebody else in the segment has it.
    """
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
        holders as (
            select distinct net.segment_id, {trimmed_sql("contacts.email_on_file")} as address
            from net
            inner join published.marts.segment_contacts as contacts using (contact_id)
            where net.is_member and net.is_mailable
        ),
        compared as (
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
                coalesce(net.changed_at, known.delivered_at) as changed_at,
                known.email_on_file as told_address,
                (known.contact_id is null and net.is_member)
                or (known.contact_id is not null and not coalesce(net.is_member, false))
                or (net.is_member and net.content_hash is distinct from known.content_hash) as is_waiting
            from net
            full join known on net.segment_id = known.segment_id and net.contact_id = known.contact_id
        ),
        moved as (
            select compared.* replace ('removed' as change, false as is_mailable)
            from compared
            left join published.marts.segment_contacts as contacts using (contact_id)
            where
                {by_address}
                and change = 'updated'
                and {trimmed_sql("told_address")} != coalesce({trimmed_sql("contacts.email_on_file")}, '')
        ),
        changes as (
            select *, false as is_moved from compared where is_waiting
            union all by name
            select *, true as is_moved from moved
        )
        select
            {SEGMENT_KEY} as delivery_key, changes.* exclude (is_waiting), segments.title as segment_title,
            contacts.* exclude (contact_id) replace (
                case when change = 'removed' then coalesce(told_address, contacts.email_on_file)
                else contacts.email_on_file end as email_on_file
            ),
            contacts.email_on_file as address,
            {by_address} and change = 'removed' and holders.address is not null as is_shared
        from changes
        left join published.marts.dim_segments as segments using (segment_id)
        left join published.marts.segment_contacts as contacts using (contact_id)
        left join holders
            on
                changes.segment_id = holders.segment_id
                and {trimmed_sql("coalesce(told_address, contacts.email_on_file)")} = holders.address
        """
    )
    _keep_addresses(database, receiver, by_address)
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
            and not ends_with(delivery_key, '{KEY_SUFFIX}')
            and delivery_key not in (select delivery_key from delivery.segment_changes)
            and delivery_key not in (select delivery_key from delivery.notifications)
        """
    )


def _keep_addresses(database: Database, receiver: str, by_address: bool) -> None:
    """Put what only the ledger needs into `delivery.addresses`, and take in what needn't be told."""
    database.execute(
        f"""
        create or replace table delivery.addresses as
        select delivery_key, segment_id, contact_id, change, is_moved, is_shared, address
        from delivery.segment_changes
        where {by_address}
        """
    )
    database.execute(
        f"""
        delete from ledger.deliveries.members
        where
            receiver = {literal(receiver)}
            and (segment_id, contact_id) in (
                select (segment_id, contact_id)
                from delivery.addresses
                where is_shared and change = 'removed' and not is_moved
            )
        """
    )
    database.execute(
        f"""
        update ledger.deliveries.members
        set email_on_file = moved.address
        from delivery.addresses as moved
        where
            members.receiver = {literal(receiver)}
            and members.segment_id = moved.segment_id
            and members.contact_id = moved.contact_id
            and moved.is_shared
            and moved.is_moved
        """
    )
    database.execute("delete from delivery.segment_changes where is_shared")
    for column in ("told_address", "address", "is_moved", "is_shared"):
        database.execute(f"alter table delivery.segment_changes drop column {column}")


def baseline_new_receivers(database: Database, receivers: Sequence[str]) -> None:
    """Take in receivers that are new: what others were told of before isn't news for them."""
    told = "model_id, contact_id, transitioned_at, band_id, reasons, action, score, delivered_at"
    now = datetime.now(UTC).replace(tzinfo=None)
    known = [str(row[0]) for row in database.execute("select receiver from ledger.deliveries.receivers")]
    new = [receiver for receiver in dict.fromkeys(receivers) if receiver not in known]
    with database.transaction():
        # The outbox keeps what was delivered. What it lacks was of a person who was erased, if that one isn't
        # published either; else an older database was restored, which has to learn it again.
        outbox = "select (model_id, contact_id, transitioned_at) from published.marts.notifications"
        told_of = "is_recorded and (model_id, contact_id, transitioned_at)"
        # Who is scored, and who ever was in a segment.
        published = {"segment_contacts", "contact_scores"} & database.tables("marts", "published").keys()
        contacts = " union ".join(f"select contact_id from published.marts.{mart}" for mart in published)
        database.execute(
            f"""
            delete from ledger.deliveries.notifications
            where {told_of} not in ({outbox}) and contact_id not in ({contacts})
            """
        )
        if "contact_scores" in published:
            database.execute(
                f"""
                update ledger.deliveries.notifications
                set is_recorded = false
                where
                    {told_of} in ({outbox} where delivered_at is null)
                    and delivered_at < (select max(as_of) from published.marts.contact_scores)
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
