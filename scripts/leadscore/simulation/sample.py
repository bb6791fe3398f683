"""A part of the contacts, always the same one, and all whom their scores depend on."""

from leadscore.storage.database import Database

# Of a million, by the contact's id: whoever is in a sample of 10 % is in one of 20 %, in every database.
PLACES = 1_000_000
COPIED = "copied_contacts"
VISITORS = "copied_visitors"
# By which rows of a raw table are the same thing.
KEYS = {
    "contacts": "contact_id",
    "events": "event_id",
    "transactions": "(transaction_id, line_number)",
    "score_adjustments": "adjustment_id",
}
# Versions of a contact's address, compared as `email_status` compares them.
ADDRESSES = "select contact_id, nullif(lower(trim(email)), '') as address from staging.stg_contacts"
# Whoever was merged into somebody, at whatever time, and back.
TIES = """
select contact_id, merged_into as other_id from staging.stg_contacts where merged_into is not null
union
select merged_into as contact_id, contact_id as other_id
from staging.stg_contacts
where merged_into is not null
"""


# Whoever has or had the address of somebody, by one of them, and back.
TIES_BY_ADDRESS = f"""
select contact_id, min(contact_id) over (partition by address) as other_id
from ({ADDRESSES}) as addresses
where address is not null
union
select min(contact_id) over (partition by address) as contact_id, contact_id as other_id
from ({ADDRESSES}) as addresses
where address is not null
"""


def is_sampled_sql(contact_id: str, share: float | None) -> str:
    """Whether a contact is in the sample, as SQL.

    Args:
        contact_id: A SQL expression.
        share: Which share of the contacts is, above 0 and up to 1; None: all.
    """
    if share is None:
        return "true"
    return f"md5_number_lower({contact_id}) % {PLACES} < {int(share * PLACES)}"


def choose_contacts(database: Database, share: float, *, by_address: bool = False) -> None:
    """Make the temporary tables of the contacts and visitors that a sample needs.

    Beside those of the sample these are whom merges tie to them, who shares an address with one of these,
    for a word against mail counts for all of them, and the visitors that any of them was.

    Args:
        database: The one with the staged raw rows.
        share: Which share of the contacts.
        by_address: Whether contacts with the same address are one: addresses then tie as merges do.
    """
    ties = f"{TIES} union {TIES_BY_ADDRESS}" if by_address else TIES
    is_sampled = is_sampled_sql("contact_id", share)
    sampled = f"select distinct contact_id from staging.stg_contacts where {is_sampled}"
    database.execute(f"create or replace temp table {COPIED} as {_tied(sampled, ties)}")
    sharing = f"""
        select contact_id from {COPIED}
        union
        select others.contact_id
        from ({ADDRESSES}) as others
        inner join (
            select distinct addresses.address
            from ({ADDRESSES}) as addresses
            inner join {COPIED} as copied on addresses.contact_id = copied.contact_id
        ) as shared on others.address = shared.address
    """
    database.execute(f"create or replace temp table {COPIED} as {_tied(sharing, ties)}")
    database.execute(
        f"""
        create or replace temp table {VISITORS} as
        select distinct events.anonymous_id
        from staging.stg_events as events
        inner join {COPIED} as copied on events.contact_id = copied.contact_id
        where events.anonymous_id is not null
        """
    )


def copied_rows_sql(table: str) -> str:
    """The condition on rows of a staged raw table that a sample needs, as SQL.

    All rows of an id come with one of them: which of them counts is found among all, whosever they are.
    """
    is_copied = f"contact_id in (select contact_id from {COPIED})"
    if table == "events":
        # Of a shared device the others' events too: they tell until when it was whose.
        is_copied += f" or anonymous_id in (select anonymous_id from {VISITORS})"
    key = KEYS[table]
    return f"{key} in (select {key} from staging.stg_{table} where {is_copied})"


def _tied(contacts: str, all_ties: str) -> str:
    return f"""
        with recursive reached as (
            {contacts}
            union
            select ties.other_id as contact_id
            from reached
            inner join ({all_ties}) as ties on reached.contact_id = ties.contact_id
        )

        select contact_id from reached
    """
