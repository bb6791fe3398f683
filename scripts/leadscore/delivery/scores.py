"""Scores that a receiver doesn't know yet: what changed of a contact's, and the whole record of who changed.

A receiver knows people by their contact_id, or by their address (its SQL reads `email_on_file`). Of several
contacts with one address it hears of one, the earliest created, then the lowest id: the tool has one record.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from leadscore.delivery.score_views import VALUES_TABLE, WAITING_TABLE, make_published_scores
from leadscore.storage.database import Database, literal

# Keys of these rows end with it, so that it is known what a rejected row is about.
KEY_SUFFIX = "-scores"
LEDGER_TABLE = """
create table if not exists ledger.deliveries.scores (
    receiver varchar, known_by varchar, stem varchar, contact_id varchar, email_on_file varchar,
    content_hash ubigint, delivered_at timestamp, primary key (receiver, known_by, stem)
);
create table if not exists ledger.deliveries.score_receivers (
    receiver varchar primary key, last_removal_at timestamp
);
"""
# A contact that a tool doesn't have isn't looked up by each delivery.
ABSENT_FOR = timedelta(hours=24)
# The same however often a change is sent; when the last one was told tells it from the same one before.
KEY = f"""
md5(concat_ws(
    chr(31), known_by, contact_change,
    string_agg(concat_ws(':', stem, change, content_hash), ',' order by stem),
    max(delivered_at)
)) || '{KEY_SUFFIX}'
"""
# The rows of `judged`, as they wait: with their keys.
KEYED = f"""
keyed as (
    select known_by, {KEY} as delivery_key
    from judged
    group by known_by, contact_change
)
select
    delivery_key, known_by, stem, contact_id, email_on_file, change, contact_change, content_hash
from judged
inner join keyed using (known_by)
order by delivery_key
"""


def make_score_changes(database: Database, receiver: str, *, by_address: bool = False) -> None:
    """Make `delivery.score_changes` and `delivery.score_records`: what the receiver doesn't know yet.

    Args:
        database: The ledger with the publication.
        receiver: Which one.
        by_address: Whether it knows people by their address.

    Raises:
        UsageMistakeError: A field can't be named after a model.
    """
    make_published_scores(database, receiver, by_address)
    database.execute(WAITING_TABLE)
    database.execute(
        f"""
        insert into delivery.score_waiting
        with known as (from ledger.deliveries.scores where receiver = {literal(receiver)}),
        compared as (
            select
                known_by, stem, known.contact_id, known.email_on_file, known.delivered_at,
                scores.content_hash,
                case
                    when known.stem is null then 'added'
                    when scores.stem is null then 'removed'
                    else 'updated'
                end as change
            from delivery.scores_published as scores
            full join known using (known_by, stem)
            where scores.content_hash is distinct from known.content_hash
        ),
        judged as (
            select
                compared.* replace (
                    coalesce(people.contact_id, compared.contact_id) as contact_id,
                    coalesce(people.email_on_file, compared.email_on_file) as email_on_file
                ),
                case
                    when known_by not in (select known_by from known) then 'added'
                    when people.known_by is null then 'removed'
                    else 'updated'
                end as contact_change
            from compared
            left join delivery.scored_people as people using (known_by)
        ),
        {KEYED}
        """
    )
    database.execute(
        VALUES_TABLE.format(condition="known_by in (select known_by from delivery.score_waiting)")
    )
    database.execute(
        f"""
        delete from ledger.deliveries.rejected
        where
            receiver = {literal(receiver)}
            and ends_with(delivery_key, '{KEY_SUFFIX}')
            and delivery_key not in (select delivery_key from delivery.score_waiting)
        """
    )
    database.execute(
        f"""
        delete from delivery.score_waiting
        where delivery_key in (
            select delivery_key
            from ledger.deliveries.rejected
            where
                receiver = {literal(receiver)}
                and is_absent
                and last_at > ?
        )
        """,
        [datetime.now(UTC).replace(tzinfo=None) - ABSENT_FOR],
    )


def find_accepted_scores(database: Database, keys: Iterable[str]) -> None:
    """Make `delivery.score_accepted` of the rows that a receiver has accepted, for `take_scores`."""
    listed = sorted(keys)
    database.execute(
        """
        create or replace table delivery.score_accepted as
        from delivery.score_waiting
        where delivery_key between ? and ? and delivery_key in (select unnest(cast(? as varchar[])))
        """,
        [listed[0], listed[-1], listed] if listed else ["", "", listed],
    )


def take_scores(database: Database, receiver: str, delivered_at: str) -> None:
    """Keep in the ledger what a receiver has accepted; in the caller's transaction."""
    removed = "from delivery.score_accepted where change = 'removed'"
    database.execute(
        f"delete from ledger.deliveries.scores where receiver = ? and (known_by, stem) in "
        f"(select (known_by, stem) {removed})",
        [receiver],
    )
    database.execute(
        f"delete from ledger.deliveries.score_removals where receiver = ? and (contact_id, stem) in "
        f"(select (contact_id, stem) {removed})",
        [receiver],
    )
    database.execute(
        f"""
        insert into ledger.deliveries.score_receivers
        select ?, cast(? as timestamptz) at time zone 'UTC'
        where exists ({removed})
        on conflict do update set last_removal_at = excluded.last_removal_at
        """,
        [receiver, delivered_at],
    )
    database.execute(
        """
        insert into ledger.deliveries.scores
        select
            ?, known_by, stem, contact_id, email_on_file, content_hash,
            cast(? as timestamptz) at time zone 'UTC'
        from delivery.score_accepted
        where change != 'removed'
        on conflict do update set
            contact_id = excluded.contact_id,
            email_on_file = excluded.email_on_file,
            content_hash = excluded.content_hash,
            delivered_at = excluded.delivered_at
        """,
        [receiver, delivered_at],
    )
