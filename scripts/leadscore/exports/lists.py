"""What a segment's list holds now, what it held at the last export, and so what has to be added and removed.

A list knows people by what was written for them: an address, a phone number, hashed or not. Whatever became
of a contact since (another address, a merge, a deletion), what was written and no longer is, is removed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from leadscore.exports.columns import Column, Needed, score_column
from leadscore.exports.identifiers import trimmed_sql
from leadscore.exports.queries import contact_joins_sql
from leadscore.exports.segments import Segment
from leadscore.storage.database import Database, identifier, literal

ADDED, UPDATED, REMOVED = "added", "updated", "removed"
EVERYBODY = "true"


@dataclass(frozen=True)
class MemberList:
    """The list of a segment in one folder; its rows stand in temporary tables.

    Attributes:
        segment: The segment.
        columns: The columns of its files.
        known_by: Those by which people are taken off it, as they were written.
        audience_sql: Which members are on it.
        number: What tells its tables from those of other lists.
    """

    segment: Segment
    columns: Sequence[Column]
    known_by: Sequence[Column]
    audience_sql: str
    number: int

    @property
    def listed(self) -> str:
        """Who is on it now: a row each, an address once."""
        return f"temp.listed_{self.number}"

    @property
    def told(self) -> str:
        """Who was on it at the last export, and (not `is_listed`) whom it hasn't been told to remove yet.

        Of people who were forgotten `is_listed` is null: they are removed, and not remembered.
        """
        return f"temp.told_{self.number}"

    @property
    def gone(self) -> str:
        """What people are to be taken off by: of `told`, what nobody on the list has now."""
        return f"temp.gone_{self.number}"

    @property
    def moved(self) -> str:
        """The contacts that were added, updated and removed."""
        return f"temp.moved_{self.number}"

    @property
    def removes(self) -> bool:
        """Whether anybody can be taken off it by what is written for them."""
        return any(column.identifies for column in self.known_by)

    @property
    def members_sql(self) -> str:
        """Who is on it, as `rows_sql` takes it."""
        return f"(select listed_contact_id as contact_id from {self.listed})"

    def moved_sql(self, changes: Sequence[str]) -> str:
        """The contacts with some of the changes, as `rows_sql` takes it."""
        return f"(from {self.moved} where change in ({', '.join(map(literal, changes))}))"

    @property
    def told_columns(self) -> list[Column]:
        """The columns of changes: who was removed has the address that was exported, unless it stays."""
        on_list = Needed(
            "gone",
            f"left join {self.gone} as gone on moved.contact_id = gone.listed_contact_id and gone.is_listed",
        )
        return [
            replace(
                column,
                sql=f"""
                    case
                        when moved.change = '{REMOVED}' then gone.{identifier(column.name)}
                        else {column.sql}
                    end
                """,
                needs=on_list,
            )
            if column.is_address and column.identifies
            else column
            for column in self.columns
        ]


def make_lists(
    database: Database, lists: Sequence[MemberList], told: Sequence[str], after: Sequence[int]
) -> None:
    """Make the tables of lists.

    Args:
        database: The publication; it is open for reading only, and these tables go with the connection.
        lists: The lists.
        told: For each of them a query of what was on it before: `told_sql` of a file, or `known_then_sql`.
        after: For each the last run that it was told of.
    """
    for one, told_query, run in zip(lists, told, after, strict=True):
        for relation, query in (
            (one.listed, _listed_sql(one)),
            (one.told, told_query),
            (one.gone, gone_sql(one)),
            (one.moved, _moved_sql(one, run)),
        ):
            database.execute(f"create or replace temp table {relation.removeprefix('temp.')} as {query}")


def known_then_sql(one: MemberList, after: int) -> str:
    """Who was on a list at a run, by the record of runs: for a folder of before there was a memory.

    Of addresses only those on file now are known, for contacts that are still scored.
    """
    cells = [
        replace(column, sql=f"case when moved.was_mailable then {column.on_file_sql or column.sql} end")
        if column.is_address
        else column
        for column in one.known_by
    ]
    mailable = "true" if one.audience_sql == EVERYBODY else "was_mailable"
    return f"""
        select moved.contact_id as listed_contact_id, true as is_listed, {_cells_sql(cells)}
        from (
            select contact_id, max_by(is_mailable, run_number) as was_mailable
            from marts.segment_changes
            where segment_id = {literal(one.segment.segment_id)} and run_number <= {after}
            group by contact_id
            having max_by(change, run_number) != '{REMOVED}' and {mailable}
        ) as moved
        {contact_joins_sql(one.segment, cells)}
    """


def remembered_sql(one: MemberList, *, keeps_gone: bool) -> str:
    """What the next export has to know.

    Args:
        one: The list.
        keeps_gone: Whether what is to be removed hasn't been told by this export.
    """
    gone = f"(select * replace (false as is_listed) from {one.gone} where is_listed is not null)"
    kept = f"union all by name from {gone}" if keeps_gone else ""
    return f"from {one.listed} {kept} order by listed_contact_id, is_listed"


def nobody_sql(one: MemberList) -> str:
    """A list that nobody was on."""
    return f"from {one.listed} where false"


def _cells_sql(columns: Sequence[Column]) -> str:
    return ", ".join(f"cast({column.sql} as varchar) as {identifier(column.name)}" for column in columns)


def _listed_sql(one: MemberList) -> str:
    """One row an address: of the contact with the higher score in the segment's models, then the lower id."""
    scores = [score_column(f"score {model}", model) for model in one.segment.models]
    order = [f"{score.sql} desc nulls last" for score in scores]
    addresses = [column for column in one.columns if column.is_address]
    written = "".join(f", {column.sql} as address" for column in addresses)
    best = "address is null or place = 1" if addresses else "true"
    joined = contact_joins_sql(one.segment, [*one.known_by, *addresses, *scores])
    partition = f"partition by {trimmed_sql(addresses[0].sql)}" if addresses else ""
    return f"""
        select listed_contact_id, is_listed, {", ".join(identifier(column.name) for column in one.known_by)}
        from (
            select
                moved.contact_id as listed_contact_id, true as is_listed, {_cells_sql(one.known_by)}{written},
                row_number() over ({partition} order by {", ".join([*order, "moved.contact_id"])}) as place
            from (
                select contact_id
                from marts.segment_members
                where segment_id = {literal(one.segment.segment_id)}
            ) as moved
            {joined}
            where {one.audience_sql}
        ) as members
        where {best}
    """


def gone_sql(one: MemberList) -> str:
    """What was written and isn't any more.

    Where a part of what somebody was known by stays (another on the list has the number), only the other part
    is removed: whole rows would take away who stays.
    """
    keys = [column for column in one.known_by if column.identifies]
    flags = [
        f"""
        , told.{identifier(key.name)} is not null and {_same_sql(key, "told")} not in (
            select {_same_sql(key, "listed")}
            from {one.listed} as listed
            where {_same_sql(key, "listed")} is not null
        ) as "gone {number}"
        """
        for number, key in enumerate(keys)
    ]
    whole = " and ".join(
        f'(rows.{identifier(key.name)} is null or rows."gone {number}")' for number, key in enumerate(keys)
    )
    own = {key.name: f'rows."gone {number}"' for number, key in enumerate(keys)}
    cells = ", ".join(
        f"case when {' or '.join(filter(None, [whole and f'({whole})', own.get(column.name)])) or 'false'} "
        f"then rows.{identifier(column.name)} end as {identifier(column.name)}"
        for column in one.known_by
    )
    return f"""
        select rows.listed_contact_id, rows.is_listed, {cells}
        from (select told.* {" ".join(flags)} from {one.told} as told) as rows
        where {" or ".join(own.values()) or "false"}
    """


def _same_sql(key: Column, relation: str) -> str:
    """What is the same for a list: of addresses letter case and white space around them don't count."""
    cell = f"{relation}.{identifier(key.name)}"
    return trimmed_sql(cell) if key.is_address else cell


def _moved_sql(one: MemberList, after: int) -> str:
    """What became of each contact: net, however often it came and went."""
    differs = " or ".join(
        f"listed.{name} is distinct from told.{name}"
        for name in (identifier(column.name) for column in one.known_by)
    )
    return f"""
        select
            coalesce(listed.listed_contact_id, told.listed_contact_id) as contact_id,
            case
                when told.listed_contact_id is null then '{ADDED}'
                when listed.listed_contact_id is null then '{REMOVED}'
                else '{UPDATED}'
            end as change
        from {one.listed} as listed
        full join (from {one.told} where is_listed) as told
            on listed.listed_contact_id = told.listed_contact_id
        where
            listed.listed_contact_id is null
            or told.listed_contact_id is null
            or {differs}
            or listed.listed_contact_id in (
                select contact_id
                from marts.segment_changes
                where segment_id = {literal(one.segment.segment_id)} and run_number > {after}
            )
    """
