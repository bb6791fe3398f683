"""The columns that an export may have, each as SQL over the relations of `queries`."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from leadscore.errors import UsageMistakeError
from leadscore.exports.segments import Segment
from leadscore.storage.database import Database, identifier, literal

TEXT = "VARCHAR"
# Everything of a contact that may leave; `email` is empty for whoever may not be mailed.
CONTACT_COLUMNS = (
    *("email", "email_status", "phone", "first_name", "last_name", "job_title", "company_name"),
    *("company_size", "industry", "account_id", "postal_code", "city", "country", "birth_date"),
    *("email_consent", "attributes"),
)
USUAL = (
    *("email", "email_status", "phone", "first_name", "last_name", "job_title", "company_name"),
    *("postal_code", "city", "country", "email_consent", "member_since"),
)
# For regular expressions: what begins a formula, in full width too; where a cell may begin; what may stand
# before a formula; and what no text needs.
FORMULA = "[=+\\-@\uff1d\uff0b\uff0d\uff20]"
SEPARATORS = r";,|\t\r\n"
PASSED = r'[ \pZ\p{Cf}\x{80}-\x{9f}"]'
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
KINDS = ("score.<model_id>", "band.<model_id>", "rfm.<column>", "attributes.<key>")


@dataclass(frozen=True)
class Needed:
    """A mart that a query joins only if a column needs it.

    Attributes:
        alias: The name that the query gives to it.
        join_sql: How it is joined.
    """

    alias: str
    join_sql: str


RFM = Needed("rfm", "left join marts.rfm_features as rfm on moved.contact_id = rfm.contact_id")


@dataclass(frozen=True)
class Column:
    """A column of a file.

    Attributes:
        name: Its header.
        sql: Its values.
        is_text: Whether they are text that somebody else wrote.
        needs: What they are read from, besides what every query reads.
        on_file_sql: The values for who is taken off a list, by the address on file, which may no longer be
            mailed; None: the same.
        identifies: Whether lists know people by it: who has another value now is somebody else to them.
        is_address: Whether it is an address, of which a file has one row.
    """

    name: str
    sql: str
    is_text: bool = True
    needs: Needed | None = None
    on_file_sql: str | None = None
    identifies: bool = False
    is_address: bool = False


@dataclass(frozen=True)
class Catalog:
    """What there is to choose from in a publication.

    Attributes:
        contact: Columns of a contact -> type.
        rfm: Columns of `rfm_features` -> type.
        models: The scoring models.
    """

    contact: Mapping[str, str]
    rfm: Mapping[str, str]
    models: Sequence[str]

    @classmethod
    def of(cls, database: Database) -> "Catalog":
        """Read it."""
        models = database.execute("select model_id from marts.dim_scoring_models order by model_id")
        contact = database.columns("marts.segment_contacts")
        return cls(
            {name: contact[name] for name in CONTACT_COLUMNS},
            database.columns("marts.rfm_features"),
            [str(row[0]) for row in models],
        )

    def column(self, name: str) -> Column | None:
        """A column by the name that users give it; None if there is none."""
        kind, _, key = name.partition(".")
        if name == "email":
            return address_column(name)
        if name in self.contact:
            return Column(name, f"contacts.{name}", self.contact[name] == TEXT)
        if name == "member_since":
            return Column(name, "members.member_since", is_text=False)
        if kind in ("score", "band") and key in self.models:
            return score_column(name, key) if kind == "score" else band_column(name, key)
        if kind == "rfm" and key in self.rfm and key != "contact_id":
            return Column(name, f"{RFM.alias}.{key}", self.rfm[key] == TEXT, needs=RFM)
        if kind == "attributes" and key:
            return Column(name, attribute_sql(key.split(".")))
        return None

    def chosen(self, names: Sequence[str]) -> list[Column]:
        """The columns that a user asks for, contact_id first; each once.

        Raises:
            UsageMistakeError: One doesn't exist.
        """
        found = {name: self.column(name) for name in names if name != "contact_id"}
        unknown = [name for name, column in found.items() if column is None]
        if unknown:
            known = ", ".join([*self.contact, "member_since", *KINDS])
            raise UsageMistakeError(
                f"there is no column {', '.join(map(repr, unknown))}",
                f"Known are: {known}. Models: {', '.join(self.models) or 'none'}.",
            )
        return [Column("contact_id", "moved.contact_id"), *(column for column in found.values() if column)]

    def kept(self, names: Sequence[str], *, has_members: bool) -> list[Column]:
        """The columns of an earlier export that there still are; of a list without members all of them."""
        gone = None if has_members else Column("", "null")
        found = {name: self.column(name) or gone for name in names if name != "contact_id"}
        kept = (replace(column, name=name) for name, column in found.items() if column)
        return [Column("contact_id", "moved.contact_id"), *kept]

    def usual(self, segment: Segment) -> list[Column]:
        """The columns where none are asked for; with the scores that the segment's conditions name."""
        models = [model for model in segment.models if model in self.models]
        return self.chosen([*USUAL, *(f"{kind}.{model}" for model in models for kind in ("score", "band"))])


def address_column(name: str, shaped_sql: Callable[[str], str] = lambda sql: sql) -> Column:
    """The address of who may be mailed, by which lists know people.

    Args:
        name: The column's header.
        shaped_sql: Makes of the SQL of an address the SQL of what is written.
    """
    return Column(
        name,
        shaped_sql("contacts.email"),
        on_file_sql=shaped_sql("contacts.email_on_file"),
        identifies=True,
        is_address=True,
    )


def score_column(name: str, model: str) -> Column:
    """The score of a model."""
    scores = _scores_of(model)
    return Column(name, f"{scores.alias}.score", is_text=False, needs=scores)


def band_column(name: str, model: str) -> Column:
    """The band of a model's score."""
    scores = _scores_of(model)
    return Column(name, f"{scores.alias}.band_id", needs=scores)


def _scores_of(model: str) -> Needed:
    alias = identifier(f"scores of {model}")
    return Needed(
        alias,
        f"""
        left join marts.contact_scores as {alias}
            on moved.contact_id = {alias}.contact_id and {alias}.model_id = {literal(model)}
        """,
    )


def attribute_sql(keys: Sequence[str]) -> str:
    """A key of the attributes as SQL; a JSON pointer, in which nothing is a wildcard."""
    pointer = "".join("/" + re.sub("/", "~1", re.sub("~", "~0", key)) for key in keys)
    return f"json_extract_string(contacts.attributes, {literal(pointer)})"


def spreadsheet_safe_sql(sql: str) -> str:
    """Text as a spreadsheet shows it rather than runs it: what would begin a formula gets an apostrophe.

    A spreadsheet that splits at semicolons or tabs begins a cell within a text, and takes no notice of
    blanks, zero-width characters and quotes before a formula. Control characters but tabs and line breaks go.
    A plain number is no formula and stays as it is.
    """
    text = f"regexp_replace({sql}, {literal(CONTROL)}, '', 'g')"
    inside = literal(f"([{SEPARATORS}]{PASSED}*)({FORMULA})")
    guarded = rf"regexp_replace({text}, {inside}, '\1''\2', 'g')"
    begins = literal(rf"^([\t\r\n]|{PASSED}*{FORMULA})")
    number = literal("^[+-][0-9]+([.,][0-9]+)?$")
    return f"""
        case
            when regexp_matches({text}, {begins}) and not regexp_matches({text}, {number})
                then '''' || {guarded}
            else {guarded}
        end
    """
