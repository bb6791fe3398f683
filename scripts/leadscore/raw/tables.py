"""The raw tables and their columns, as the contract names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

LOADED_AT = "loaded_at"
# The columns that are yes or no: a mapping says which words of a file mean which.
BOOLEANS = ("email_consent", "is_machine")
# The columns that are numbers, and those that are instants or dates: a mapping says how a file writes them.
NUMBERS = ("company_size", "line_number", "quantity", "amount", "points")
INSTANTS = (
    *("created_at", "updated_at", "deleted_at", "birth_date"),
    *("occurred_at", "ordered_at", "invoiced_at", "paid_at", "adjusted_at"),
)


class TableName(StrEnum):
    """The raw tables that there are."""

    CONTACTS = "contacts"
    EVENTS = "events"
    TRANSACTIONS = "transactions"
    SCORE_ADJUSTMENTS = "score_adjustments"


@dataclass(frozen=True)
class RawTable:
    """A raw table.

    Attributes:
        name: Its name in schema raw.
        required: Columns without which a file isn't loaded.
        optional: Columns that may be missing.
        rest: The column with a JSON object, which takes a file's other columns; None: there is none.
    """

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    rest: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that a file may have."""
        return self.required + self.optional


def _table(name: str, required: str, optional: str, rest: str | None = None) -> RawTable:
    return RawTable(name, tuple(required.split()), tuple(optional.split()), rest)


RAW_TABLES: Mapping[str, RawTable] = {
    table.name: table
    for table in (
        _table(
            TableName.CONTACTS,
            "contact_id created_at",
            "updated_at email phone first_name last_name job_title company_name company_size industry "
            "account_id postal_code city country birth_date email_consent merged_into deleted_at attributes",
            rest="attributes",
        ),
        _table(
            TableName.EVENTS,
            "event_id event_type occurred_at",
            "contact_id anonymous_id page_path campaign_id email_id form_id content_id is_machine properties",
            rest="properties",
        ),
        _table(
            TableName.TRANSACTIONS,
            "transaction_id line_number contact_id ordered_at amount",
            "product_id product_category quantity currency status invoiced_at paid_at",
        ),
        _table(
            TableName.SCORE_ADJUSTMENTS,
            "adjustment_id model_id contact_id operation points adjusted_at",
            "note author deleted_at",
        ),
    )
}
