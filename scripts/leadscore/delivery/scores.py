"""Scores that a receiver doesn't know yet: what changed of a contact's, and the whole record of who changed.

A receiver knows people by their contact_id, or by their address (its SQL reads `email_on_file`). Of several
contacts with one address it hears of one, the earliest created, then the lowest id: the tool has one record.
"""

from collections.abc import Iterable

from leadscore.delivery.properties import BAND, CHANGED_AT, KINDS, REASON, stems_of
from leadscore.exports.identifiers import trimmed_sql
from leadscore.storage.database import Database, identifier, literal

SCORE_CHANGES, SCORE_RECORDS = "delivery.score_changes", "delivery.score_records"
SCORE_MARTS = ("contact_scores", "dim_contacts", "dim_scoring_models", "score_reasons")
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
# What waits, by person and model. It stands in the order of the keys, as rows are sent, so that what a batch
# accepted is found in one or two pieces of it.
WAITING_TABLE = """
create or replace table delivery.score_waiting (
    delivery_key varchar, known_by varchar, stem varchar, contact_id varchar, email_on_file varchar,
    change varchar, contact_change varchar, content_hash ubigint
)
"""
# The scores, as they are, of the people of whom something waits.
VALUES_TABLE = """
create or replace table delivery.score_values as
select known_by, stem, score, band, reason, changed_at
from delivery.scores_published
where {condition}
"""
# Of what is told of a score; a null isn't an empty text.
HASH = """
md5_number_lower(concat_ws(
    chr(31), score, coalesce(band, chr(30)), coalesce(reason, chr(30)), coalesce(epoch_us(changed_at), 0)
))
"""
# A contact that a tool doesn't have isn't looked up by each delivery.
ABSENT_HOURS = 24
# Tools' own limit of a line of text is 255 characters.
LONGEST_TEXT = 250
# Who has scores.
PEOPLE_BY_ID = """
select contact_id, contact_id as known_by, cast(null as varchar) as email_on_file
from (select distinct contact_id from published.marts.contact_scores) as scored
"""
PEOPLE_BY_ADDRESS = f"""
select contact_id, {trimmed_sql("email")} as known_by, email as email_on_file
from published.marts.dim_contacts
where known_by is not null and contact_id in (select contact_id from published.marts.contact_scores)
qualify row_number() over (partition by known_by order by created_at nulls last, contact_id) = 1
"""
# The same however often a change is sent; when the last one was told tells it from the same one before.
KEY = f"""
md5(concat_ws(
    chr(31), known_by, contact_change,
    string_agg(concat_ws(':', stem, change, content_hash), ',' order by stem),
    max(delivered_at)
)) || '{KEY_SUFFIX}'
"""
# For receivers that know a message again: who was removed and comes back as before is told anew.
MESSAGE_KEY = """
delivery_key || case
    when change = 'added' then coalesce(
        '-' || (
            select epoch_ms(last_removal_at)
            from ledger.deliveries.score_receivers
            where receiver = {receiver}
        ),
        ''
    )
    else ''
end as message_key
"""
REASON_TEXT = """
concat(
    coalesce(title, rule_id), ' (', case when points > 0 then '+' else '' end,
    replace(cast(cast(round(points, 2) as decimal(28, 2)) as varchar), '.00', ''), ')'
)
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
    _make_published(database, receiver, by_address)
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
                and last_at > now() at time zone 'UTC' - interval {ABSENT_HOURS} hour
        )
        """
    )


def make_no_score_changes(database: Database) -> None:
    """Make them without rows, for SQL to be compiled with them."""
    _make_published(database, "", by_address=False)
    database.execute(WAITING_TABLE)


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


def _make_published(database: Database, receiver: str, by_address: bool) -> None:
    """The scores as they are, and the views of what waits with them."""
    stems = _make_stems(database, receiver)
    people = PEOPLE_BY_ADDRESS if by_address else PEOPLE_BY_ID
    database.execute(f"create or replace table delivery.scored_people as {people}")
    database.execute(
        f"""
        create or replace view delivery.scores_published as
        with reasons as (
            select model_id, contact_id, arg_max({REASON_TEXT}, (abs(points), sign = 'for')) as reason
            from published.marts.score_reasons
            where rank = 1
            group by all
        ),
        scores as (
            select
                people.known_by, stems.stem, scores.score,
                {_short_sql("coalesce(scores.band_title, scores.band_id)")} as band,
                {_short_sql("reasons.reason")} as reason,
                date_trunc('second', scores.last_changed_at) as changed_at
            from published.marts.contact_scores as scores
            inner join delivery.scored_people as people using (contact_id)
            inner join delivery.score_stems as stems using (model_id)
            left join reasons using (model_id, contact_id)
        )
        select *, {HASH} as content_hash from scores
        """
    )
    database.execute(VALUES_TABLE.format(condition="false"))
    database.execute(
        f"""
        create or replace view {SCORE_CHANGES} as
        with changes as (
            select
                delivery_key, any_value(contact_change) as change, any_value(contact_id) as contact_id,
                any_value(email_on_file) as email_on_file,
                string_agg(
                    case when score is null then gone else {_fragment_sql()} end, ',' order by stem
                ) as members
            from delivery.score_waiting
            left join delivery.score_values using (known_by, stem)
            inner join delivery.score_stems using (stem)
            group by delivery_key
        )
        select
            * exclude (members), cast('{{' || coalesce(members, '') || '}}' as json) as properties,
            {MESSAGE_KEY.format(receiver=literal(receiver))}
        from changes
        """
    )
    database.execute(
        f"""
        create or replace view {SCORE_RECORDS} as
        with waiting as (
            select distinct delivery_key, contact_change as change, contact_id, email_on_file, known_by
            from delivery.score_waiting
        )
        select delivery_key, change, contact_id, waiting.email_on_file{"".join(map(_columns_sql, stems))}
        from waiting
        left join delivery.score_values using (known_by)
        group by all
        """
    )


def _make_stems(database: Database, receiver: str) -> list[str]:
    """What fields of models begin with: those that are published, and those that a receiver knows still."""
    models = [
        str(name) for (name,) in database.execute("select model_id from published.marts.dim_scoring_models")
    ]
    stems = stems_of(models)
    taken = {stem + ending for stem in stems.values() for ending in KINDS}
    told = database.execute(
        "select distinct stem from ledger.deliveries.scores where receiver = ? order by stem", [receiver]
    )
    gone = [str(stem) for (stem,) in told if stem not in stems.values()]
    database.execute(
        "create or replace table delivery.score_stems (stem varchar, model_id varchar, gone varchar)"
    )
    for stem, model_id in [
        *((stem, model) for model, stem in stems.items()),
        *((stem, None) for stem in gone),
    ]:
        own = taken if model_id is None else ()
        nulls = ",".join(f'"{stem}{ending}":null' for ending in KINDS if stem + ending not in own)
        database.execute("insert into delivery.score_stems values (?, ?, ?)", [stem, model_id, nulls or None])
    return [*stems.values(), *gone]


def _short_sql(text: str) -> str:
    """A text that a tool's field can hold."""
    cut = f"left({text}, {LONGEST_TEXT - 1}) || '…'"
    return f"case when length({text}) > {LONGEST_TEXT} then {cut} else {text} end"


def _fragment_sql() -> str:
    """What is told of one score, as the inside of a JSON object."""
    values = {
        "": "score",
        BAND: "band",
        REASON: "reason",
        CHANGED_AT: "strftime(changed_at, '%Y-%m-%dT%H:%M:%SZ')",
    }
    members = (
        f"""'"' || stem || '{ending}":' || coalesce(cast(to_json({value}) as varchar), 'null')"""
        for ending, value in values.items()
    )
    return " || ',' || ".join(members)


def _columns_sql(stem: str) -> str:
    """The four columns of a model, after others."""
    values = {"": "score", BAND: "band", REASON: "reason", CHANGED_AT: "changed_at"}
    return "".join(
        f", max({value}) filter (where stem = {literal(stem)}) as {identifier(stem + ending)}"
        for ending, value in values.items()
    )
