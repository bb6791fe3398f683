"""The segments of a publication: what they are called, and who belongs to them, in words."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from leadscore.errors import NothingPublishedError, UsageMistakeError
from leadscore.storage.database import Database, literal

MODEL_KINDS = ("score", "band", "transition")


@dataclass(frozen=True)
class Condition:
    """A condition of a segment, as its seed says it.

    Attributes:
        clause: Conditions of one clause must all hold; one clause is enough.
        field: What is judged.
        operator: How.
        value: With what; None where the operator takes nothing.
    """

    clause: str
    field: str
    operator: str
    value: str | None

    @property
    def models(self) -> set[str]:
        """The scoring models that its field names, and the field in braces that it is compared with."""
        other = re.fullmatch(r" *\{ *(.+?) *\} *", self.value or "", re.DOTALL)
        fields = [field.partition(".") for field in (self.field, other[1] if other else "")]
        return {model for kind, _, model in fields if kind in MODEL_KINDS}

    def __str__(self) -> str:
        return " ".join(part for part in (self.field, self.operator, self.value) if part)


@dataclass(frozen=True)
class Segment:
    """A segment of the publication.

    Attributes:
        segment_id: Its id.
        title: What people call it; None for one that is no longer configured.
        requires_consent: Whether only contacts with email_consent belong to it.
        conditions: Who belongs to it; of one that is no longer configured, who did when it was last exported.
    """

    segment_id: str
    title: str | None
    requires_consent: bool
    conditions: Sequence[Condition] = ()

    @property
    def is_configured(self) -> bool:
        """Whether it is still one of the configuration; else nobody belongs to it."""
        return self.title is not None

    @property
    def definition(self) -> str:
        """Who belongs to it, in words."""
        if not self.is_configured:
            return "nobody: the segment is no longer configured"
        clauses = [
            " and ".join(map(str, clause)) for _, clause in groupby(self.conditions, lambda c: c.clause)
        ]
        words = " or ".join(f"({clause})" if len(clauses) > 1 else clause for clause in clauses)
        return (words or "everybody") + (", with e-mail consent" if self.requires_consent else "")

    @property
    def models(self) -> list[str]:
        """The scoring models that its conditions name."""
        return sorted(set().union(*(condition.models for condition in self.conditions)))


def chosen_segments(database: Database, wanted: Sequence[str]) -> list[Segment]:
    """The segments that a user names, each once; all that are configured if none is named.

    Raises:
        UsageMistakeError: One of them is neither configured nor ever had members.
        NothingPublishedError: The publication has no segments yet.
    """
    known = _configured(database)
    if not wanted:
        return list(known.values())
    gone = recorded_segments(database) - known.keys()
    known |= {segment_id: Segment(segment_id, None, True) for segment_id in gone}
    unknown = [name for name in wanted if name not in known]
    if unknown:
        near = [match for name in unknown for match in _near(name, known)]
        raise UsageMistakeError(
            f"there is no segment {', '.join(map(repr, unknown))}",
            f"Did you mean {' or '.join(dict.fromkeys(near))}?"
            if near
            else f"Known are: {', '.join(sorted(known)) or 'none'}. A new one is there after the next run.",
        )
    return [known[name] for name in dict.fromkeys(wanted)]


def recorded_segments(database: Database) -> set[str]:
    """The segments that ever had members, configured or not."""
    return {str(row[0]) for row in database.execute("select distinct segment_id from marts.segment_changes")}


def checksum_of_record(database: Database, segment_id: str, through: int) -> str:
    """What tells whether a publication's record of a segment is the one of before, up to a run.

    A record only ever grows; a restored database may count to the same run again and tell of other changes.
    """
    return str(
        database.value(
            """
            select concat(count(*), ' ', bit_xor(md5_number(told)))
            from (
                select concat_ws(chr(31), contact_id, change, run_number, content_hash, changed_at) as told
                from marts.segment_changes
                where segment_id = ? and run_number <= ?
            ) as changes
            """,
            [segment_id, through],
        )
    )


def require_segment(database: Database, segment_id: str) -> None:
    """Refuse a segment that doesn't exist."""
    chosen_segments(database, [segment_id])


def members_sql(segment_id: str) -> str:
    """The ids of a segment's members, as a SQL query."""
    return f"select contact_id from marts.segment_members where segment_id = {literal(segment_id)}"


def _near(name: str, known: Iterable[str]) -> list[str]:
    within = [other for other in known if name and name.lower() in other.lower()]
    return (difflib.get_close_matches(name, known, 3) or within)[:3]


def _configured(database: Database) -> dict[str, Segment]:
    if "dim_segments" not in database.tables("marts"):
        raise NothingPublishedError("the publication has no segments yet", "Run `leadscore run` first.")
    conditions: dict[str, list[Condition]] = {}
    for segment_id, clause, field, operator, value in database.execute(
        """
        select segment_id, clause, field, operator, value
        from marts.dim_segment_conditions
        order by segment_id, clause, row_number
        """
    ):
        conditions.setdefault(segment_id, []).append(Condition(clause, field, operator, value))
    rows = database.execute(
        """
        select segment_id, title, requires_consent
        from marts.dim_segments
        order by segment_id
        """
    )
    return {row[0]: Segment(row[0], row[1], row[2], tuple(conditions.get(row[0], ()))) for row in rows}
