"""The scores as they are published, and the views that syncs read of what waits for a receiver."""

from leadscore.delivery.properties import BAND, CHANGED_AT, KINDS, REASON, stems_of
from leadscore.exports.identifiers import trimmed_sql
from leadscore.storage.database import Database, identifier, literal

SCORE_CHANGES, SCORE_RECORDS = "delivery.score_changes", "delivery.score_records"
SCORE_MARTS = ("contact_scores", "dim_contacts", "dim_scoring_models", "score_reasons")
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


def make_no_score_changes(database: Database) -> None:
    """Make them without rows, for SQL to be compiled with them."""
    make_published_scores(database, "", by_address=False)
    database.execute(WAITING_TABLE)


def make_published_scores(database: Database, receiver: str, by_address: bool) -> None:
    """Make the scores as they are, and the views of what waits.

    Args:
        database: The ledger with the publication.
        receiver: Which one is told.
        by_address: Whether it knows people by their address.

    Raises:
        UsageMistakeError: A field can't be named after a model.
    """
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
        """
        select stem from ledger.deliveries.scores where receiver = ?
        union
        select stem from ledger.deliveries.score_removals where receiver = ?
        order by stem
        """,
        [receiver, receiver],
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
