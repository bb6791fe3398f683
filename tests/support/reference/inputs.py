"""From raw rows to typed rows: bad rows and duplicates (section 2)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from reference import values
from reference.config import read_rates
from reference.world import Row, World

READERS: dict[str, Callable[[Any], Any]] = {
    "id": values.read_text,
    "text": values.read_text,
    "integer": values.read_integer,
    "number": values.read_amount,
    "points": values.read_points,
    "boolean": values.read_boolean,
    "timestamp": values.read_timestamp,
    "date": values.read_date,
    "json": values.read_json,
}

# Every column of section 2 in its order; a trailing * marks those that a row can't do without.
COLUMNS: dict[str, dict[str, str]] = {
    "contacts": {
        "contact_id": "id*",
        "created_at": "timestamp*",
        "updated_at": "timestamp",
        "email": "text",
        "phone": "text",
        "first_name": "text",
        "last_name": "text",
        "job_title": "text",
        "company_name": "text",
        "company_size": "integer",
        "industry": "text",
        "account_id": "id",
        "postal_code": "text",
        "city": "text",
        "country": "text",
        "birth_date": "date",
        "email_consent": "boolean",
        "merged_into": "id",
        "deleted_at": "timestamp",
        "attributes": "json",
        "loaded_at": "timestamp*",
    },
    "events": {
        "event_id": "id*",
        "event_type": "text*",
        "occurred_at": "timestamp*",
        "contact_id": "id",
        "anonymous_id": "id",
        "page_path": "text",
        "campaign_id": "id",
        "email_id": "id",
        "form_id": "id",
        "content_id": "id",
        "is_machine": "boolean",
        "properties": "json",
        "loaded_at": "timestamp*",
    },
    "transactions": {
        "transaction_id": "id*",
        "line_number": "integer*",
        "contact_id": "id*",
        "ordered_at": "timestamp*",
        "product_id": "id",
        "product_category": "text",
        "quantity": "number",
        "amount": "number*",
        "currency": "text",
        "status": "text",
        "invoiced_at": "timestamp",
        "paid_at": "timestamp",
        "loaded_at": "timestamp*",
    },
    "score_adjustments": {
        "adjustment_id": "id*",
        "model_id": "id*",
        "contact_id": "id*",
        "operation": "text*",
        "points": "points*",
        "note": "text",
        "author": "text",
        "adjusted_at": "timestamp*",
        "deleted_at": "timestamp",
        "loaded_at": "timestamp*",
    },
}
KEYS = {
    "contacts": ("contact_id", "updated_at"),
    "events": ("event_id",),
    "transactions": ("transaction_id", "line_number"),
    "score_adjustments": ("adjustment_id",),
}
ROW_KEYS = {**KEYS, "contacts": ("contact_id",)}
OPERATIONS = ("add", "subtract", "set")


@dataclass(frozen=True)
class Rejected:
    """A raw row left out, or (not `whole`) kept with an optional value that became null."""

    source_table: str
    row_key: str | None
    reason: str
    whole: bool


@dataclass(frozen=True)
class Inputs:
    """The typed rows of each table, without bad rows and duplicates, and what was rejected."""

    contacts: list[Row]
    events: list[Row]
    transactions: list[Row]
    score_adjustments: list[Row]
    rejected: list[Rejected]


def read_inputs(world: World) -> Inputs:
    """All raw tables of a world."""
    models = {row["model_id"] for row in world.configuration.get("scoring_models", [])}
    rejected: list[Rejected] = []
    tables = {}
    for table in COLUMNS:
        rows = [
            typed
            for raw in world.raw.get(table, [])
            if (typed := _read_row(table, raw, models, rejected)) is not None
        ]
        if table == "events":
            for row in rows:
                if (row["anonymous_id"] or "").lower() in world.unknown_visitor_ids:
                    row["anonymous_id"] = None
        tables[table] = _without_duplicates(table, rows)
    tables["transactions"] = _converted(tables["transactions"], world, rejected)
    return Inputs(**tables, rejected=rejected)


def row_key(table: str, raw: Row) -> str | None:
    """The row's id as `rejected_rows` shows it."""
    parts = [
        None if (cell := raw.get(column)) is None else values.read_text(cell) for column in ROW_KEYS[table]
    ]
    return parts[0] if len(parts) == 1 else ":".join(part or "" for part in parts)


def _read_row(table: str, raw: Row, models: Collection[str], rejected: list[Rejected]) -> Row | None:
    typed: Row = {}
    bad_required, bad_optional = [], []
    for column, kind in COLUMNS[table].items():
        value = raw.get(column)
        typed[column] = None if value is None else READERS[kind.rstrip("*")](value)
        if typed[column] is None and kind.endswith("*"):
            bad_required.append(column)
        elif typed[column] is None and value is not None and values.read_text(value) is not None:
            bad_optional.append(column)
    if table == "score_adjustments":
        if typed["operation"] not in OPERATIONS:
            bad_required.append("operation")
        if typed["model_id"] not in models:
            bad_required.append("model_id")
    bad = bad_required or bad_optional
    if bad:
        rejected.append(Rejected(table, row_key(table, raw), ", ".join(bad), whole=bool(bad_required)))
    if bad_required:
        return None
    if table == "contacts" and typed["updated_at"] is None:
        typed["updated_at"] = typed["created_at"]
    return typed


def _converted(rows: list[Row], world: World, rejected: list[Rejected]) -> list[Row]:
    """Lines with amounts in the world's currency; those without a rate are left out, told if they count."""
    rates, kept = read_rates(world), []
    for row in rows:
        row["original_amount"] = row["amount"]
        currency = (row["currency"] or world.currency or "").lower()
        if world.currency is not None and currency != world.currency:
            known = [rate for since, rate in rates.get(currency, []) if since <= row["ordered_at"]]
            if not known:
                if row["status"] not in ("cancelled", "refunded") and row["ordered_at"] <= world.as_of:
                    rejected.append(
                        Rejected("transactions", row_key("transactions", row), "no rate", whole=True)
                    )
                continue
            row["amount"] = values.round_half_away(values.EXACT.multiply(row["amount"], known[0]), 8)
        kept.append(row)
    return kept


def _without_duplicates(table: str, rows: list[Row]) -> list[Row]:
    """Of the events the first loaded of each id, elsewhere the last; ties by the columns, nulls last."""
    kept: dict[tuple[Any, ...], Row] = {}
    for row in sorted(rows, key=lambda row: _order(table, row), reverse=table != "events"):
        kept.setdefault(tuple(row[column] for column in KEYS[table]), row)
    return list(kept.values())


def _order(table: str, row: Row) -> tuple[Any, ...]:
    comparable = [row[column] for column in COLUMNS[table]]
    texts = [value.text if isinstance(value, values.Json) else value for value in comparable]
    return (row["loaded_at"], *((value is None, "" if value is None else value) for value in texts))
