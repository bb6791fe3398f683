"""Worlds by chance: valid configurations, and raw rows that meet them at every edge.

Instants come from a small pool in which they lie the durations that rules use apart, give or take a
microsecond: equal instants and the very end of a window are common. Texts come from a small pool too, half of
which would break SQL that was put together by hand.
"""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from dice import Dice
from reference.inputs import COLUMNS
from reference.values import Duration, read_duration, read_text
from reference.world import UNKNOWN_VISITOR_IDS, Row, World
from seed_strategies import EVENT_TYPES, SEEDS, TEXTS, Cells, seeds_of

MICROSECOND = timedelta(microseconds=1)
# Month ends, and midnights and hours around the two clock changes of Amsterdam.
ANCHORS = [
    datetime(2023, 8, 31, 12),
    datetime(2024, 1, 31),
    datetime(2024, 2, 28, 23),
    datetime(2024, 3, 30, 23),
    datetime(2024, 3, 31, 0, 30),
    datetime(2024, 3, 31, 22),
    datetime(2024, 8, 31, 12),
    datetime(2024, 10, 26, 22),
    datetime(2024, 10, 27, 0, 30),
    datetime(2024, 10, 27, 23),
    datetime(2024, 12, 31, 23),
]
STEPS = ["1 hour", "23 hours", "1 day", "2 days", "1 week", "30 days", "1 month", "2 months", "6 months"]
LOADED = [datetime(2024, 1, 1), datetime(2024, 6, 1, 12), datetime(2025, 1, 1, 0, 0, 0, 1)]
JUNK = {
    "timestamp": ["yesterday", "2024-13-01", "2024-02-30 10:00:00", "infinity", "10000-01-01", "\u2007"],
    "integer": ["x", "1.5", "1_000", " "],
    "number": ["ten", "1_000", "NaN", "1,5", "9" * 19, "\xa0"],
    "points": ["ten", "99999999999", "\t\u3000"],
    "boolean": ["maybe", "2", "\u2028"],
    "date": ["1990-02-30", "long ago", "\x85 "],
    "json": ["not json", "[1]", '{"value":', '"text"', "\n"],
    "id": ["", " ", "\xa0\u205f"],
    "text": ["", " \t", "\u1680"],
}
# Birthdays of 24 and 34 among the anchors, 29 February too, and somebody who isn't born at first.
BIRTH_DATES = [
    *("1990-02-28", "1990-03-01", "2000-02-29", "2000-03-31", "2000-10-27", "1999-12-31", "2024-08-31"),
    *("2000-02-28", "1990-08-31", "2000-01-31", "1989-12-31", "2000-08-31", "2001-02-28", "1990-10-27"),
    *("1991-02-28", "2000-01-01"),
]
# What people and tools leave around a text.
BLANKS = ["", "", " ", "\xa0", "\t", "\u2003 ", "\r\n", "\u3000", "\u2029"]
PLACEHOLDERS = [*UNKNOWN_VISITOR_IDS.split("|"), "UNDEFINED", "(Not Set)"]
ASSET_FIELDS: list[object] = [
    *(None, [], "transaction.product_id"),
    ["event.properties.value", "event.email_id"],
    " event.page_path | transaction.product_category|event.properties.deep.er|transaction.product_id ",
]
PROPERTY_VALUES = [1, 2, 10, 2.5, -4, "10", " 5 ", "1e1", "abc", "9" * 28, True, None, "", *TEXTS[:8]]
PROPERTY_VALUES += [1e22, 1e-7, 1e2, 0.1 + 0.2, "007", "1E5", "219E01", "+7", "10.0", "1" * 40, -1e30, 7]
ARRAYS = [
    ["a", "10"], ["ab", 7, None], [7.0, "007"], [], None, "a", 10, [100.0, 1e22, "1e2"], [["a"], {"er": "a"}],
    '["a"]', [True, "o'b"],
]  # fmt: skip

# Of one mailbox in several ways, and what can't be one.
ADDRESSES = [
    *("shared@x.nl", " Shared@X.nl", "SHARED@x.nl ", "second@x.nl", "Second@x.nl", "third@x.nl"),
    *("Third@X.NL", "not an address", "a@x.nl; b@x.nl", "A@nl", "@x.nl", "a@b@x.nl", "a@.nl", "", " ", None),
]

# So many worlds lie side by side in one database, scored by one run; and so many runs `make test` makes.
TOGETHER = 10
USUAL_RUNS = 6
# Cells by which worlds would meet each other.
IDS = {
    *("contact_id", "merged_into", "account_id", "anonymous_id", "event_id", "transaction_id"),
    *("adjustment_id", "model_id", "rule_id", "matrix_id", "first_model_id", "second_model_id"),
}
# One for all models: those of the first world.
SHARED_SEEDS = ("account_roles", "rfm_segments", "exchange_rates", "segments", "segment_conditions")


def world_numbers(count: int) -> list[int]:
    """Numbers of worlds to test: the same ones each time, others for another `LEADSCORE_RANDOM`.

    All processes of a test run see the same, and a test that fails is named by its number.
    """
    seed = os.environ.get("LEADSCORE_RANDOM") or "the usual ones"
    return [Dice(f"{seed} {n}").getrandbits(32) for n in range(count)]


def worlds_together(number: int, count: int = TOGETHER) -> World:
    """Many worlds in one database, each under a prefix; every model also meets the others' contacts."""
    dice = Dice(number)
    return _with_absences(dice, united(worlds_apart(dice, count)))


def worlds_apart(
    dice: Dice, count: int, enriched: Callable[[Dice, World], World] = lambda _, world: world
) -> list[World]:
    """Worlds that can lie in one database: equal variables, tables of equal types, prefixed ids.

    Args:
        dice: Chooses.
        count: How many.
        enriched: What else each gets, before its ids are prefixed.
    """
    native = frozenset(table for table in COLUMNS if dice.likely(2))
    worlds = [enriched(dice, world_of(dice.getrandbits(32), native)) for _ in range(count)]
    # Late enough for most of them to have a past.
    last = dice.choice(sorted(worlds, key=lambda world: world.as_of)[count // 2 :])
    return [
        replace(prefixed(world, f"{n}·"), variables=last.variables, native=native)
        for n, world in enumerate(worlds)
    ]


def prefixed(world: World, prefix: str) -> World:
    """The world with a prefix before every id."""
    return replace(
        world,
        seeds={seed: [_prefixed(row, prefix) for row in rows] for seed, rows in world.seeds.items()},
        raw={table: [_prefixed(row, prefix) for row in rows] for table, rows in world.raw.items()},
    )


def united(worlds: Sequence[World]) -> World:
    """One world of several whose ids differ; what there can be only one of is the first one's."""
    raw: dict[str, list[Row]] = {}
    for world in worlds:
        for table, rows in world.raw.items():
            raw.setdefault(table, []).extend(rows)
    return replace(worlds[0], seeds=united_seeds([world.seeds for world in worlds]), raw=raw)


def united_seeds(parts: Sequence[Mapping[str, list[Cells]]]) -> dict[str, list[Cells]]:
    """One configuration of several whose ids differ."""
    return {
        seed: [row for part in (parts[:1] if seed in SHARED_SEEDS else parts) for row in part.get(seed, [])]
        for seed in SEEDS
    }


def _prefixed(row: Mapping[str, Any], prefix: str) -> Row:
    return {
        name: _with_prefix(cell, prefix) if name in IDS and isinstance(cell, str) else cell
        for name, cell in row.items()
    }


def _with_prefix(cell: str, prefix: str) -> str:
    """Before the id itself; what is none gets none."""
    read = read_text(cell)
    if read is None or read.lower() in PLACEHOLDERS:
        return cell
    sign = next(place for place, sign in enumerate(cell) if read_text(sign) is not None)
    return f"{cell[:sign]}{prefix}{cell[sign:]}"


def _with_absences(dice: Dice, world: World) -> World:
    """A world that at times lacks a table, or some optional columns of one."""
    raw = {table: rows for table, rows in world.raw.items() if not dice.rarely()}
    for table, rows in raw.items():
        _without_columns(dice, table, rows)
    return replace(world, raw=raw)


def world_of(number: int, native: frozenset[str] | None = None) -> World:
    """A whole configuration with all that happened, and the instant to score it for.

    Args:
        number: Makes it this world and no other.
        native: The tables whose columns have types of their own; None: by chance.
    """
    dice = Dice(number)
    pool = _instants(dice)
    contact_ids = [*(f"C{n}" for n in range(1, dice.randint(7, 11))), "o'brien; --", "{{ c }}", "Zo\xeb"]
    tables = seeds_of(dice, [dice.choice(WRITERS)(instant) for instant in pool])
    models = [row["model_id"] for row in tables["scoring_models"]]
    by_chance = frozenset(table for table in COLUMNS if dice.likely(2))
    native = by_chance if native is None else native
    raw = {
        "contacts": _contacts(dice, pool, contact_ids),
        "events": _events(dice, pool, contact_ids),
        "transactions": _transactions(dice, pool, contact_ids),
        "score_adjustments": _adjustments(dice, pool, contact_ids, models),
    }
    for table, rows in raw.items():
        rows += _duplicates(dice, table, rows, pool)
        if table not in native:
            rows += _broken(dice, table, rows)
            _write_times(dice, table, rows)
        for row in rows:
            _write_texts(dice, table, row)
        _without_columns(dice, table, rows)
    variables = {
        "as_of": dice.choice(WRITERS)(
            dice.choice([pool[-1] + timedelta(days=40), pool[-1], pool[-1], *pool[4:]])
        ),
        "time_zone": dice.choice(["Europe/Amsterdam", "UTC", "America/New_York", "Asia/Kolkata"]),
        "score_machine_events": dice.likely(3),
        "forecast_days": dice.choice([1, 30, 30, 400]),
        "currency": dice.choice([None, "EUR", "EUR", " eur "]),
    }
    present = {table: dice.sample(rows, len(rows)) for table, rows in raw.items() if not dice.rarely()}
    # With dice of their own, so that everything else is as it would be without.
    _add_addresses(Dice(f"{number} addresses"), present, pool, contact_ids, native)
    merging = Dice(f"{number} merged")
    if merging.likely(7):
        variables |= {"merge_by": "email", "merge_limit": merging.choice([1, 3, 5, 20, 20])}
        _share_addresses(merging, present.get("contacts", []), pool, native)
    assets = Dice(f"{number} assets")
    if assets.likely(2):
        variables["asset_fields"] = assets.choice(ASSET_FIELDS)
    return World(tables, present, variables, native)


def _instants(dice: Dice) -> list[datetime]:
    """Some anchors, what lies a rule's duration after them, and a microsecond beside both."""
    pool = set(dice.some(ANCHORS, 2, 4))
    durations = [read_duration(text) for text in STEPS]
    for _ in range(3):
        chosen: Duration = dice.choice(durations)
        pool |= {chosen.after(dice.choice(sorted(pool))) for _ in range(2)}
    beside = dice.some(sorted(pool), 0, 3)
    pool |= {instant + dice.choice([-MICROSECOND, MICROSECOND]) for instant in beside}
    return sorted(pool)


def write_utc(instant: datetime) -> str:
    """An instant as the reference and every reader of ISO 8601 understand it."""
    return instant.isoformat(sep=" ", timespec="microseconds")


def _contacts(dice: Dice, pool: list[datetime], contact_ids: list[str]) -> list[Row]:
    rows = []
    for contact_id in contact_ids:
        if dice.rarely():
            continue
        created_at = dice.choice([*pool[:4] * 3, *pool])
        for number in range(dice.choice([1, 1, 2, 3])):
            merged = dice.choice([*contact_ids, "ghost"]) if dice.likely(1) else None
            rows.append(
                {
                    "contact_id": contact_id,
                    "created_at": created_at if dice.likely(8) else dice.choice(pool),
                    "updated_at": dice.choice([None, *pool] if number == 0 else pool),
                    "city": dice.choice([None, *TEXTS]),
                    "job_title": dice.choice([None, "a", "ab", "A, b", "b a_b"]),
                    "company_size": dice.choice([None, 1, 9, 10, 100]),
                    "birth_date": dice.choice([None, *BIRTH_DATES]),
                    "email_consent": dice.choice([None, True, False]),
                    "merged_into": merged,
                    "deleted_at": dice.choice(pool) if dice.rarely() else None,
                    "attributes": _json(dice),
                    "loaded_at": dice.choice(LOADED),
                }
            )
    return rows


def _events(dice: Dice, pool: list[datetime], contact_ids: list[str]) -> list[Row]:
    known = contact_ids[:3] * 5 + contact_ids + ["unknown"]
    rows = []
    for number in range(dice.randint(40, 90)):
        visitor = dice.choice(
            [None, None, None, "v1", "v1", "v1", "v2", "v2", "v'3", "", dice.choice(PLACEHOLDERS)]
        )
        anonymous = visitor and dice.likely(6)
        rows.append(
            {
                "event_id": f"E{number}",
                "event_type": dice.choice([*EVENT_TYPES, *EVENT_TYPES, "other", "transaction"]),
                "occurred_at": dice.choice(pool),
                "contact_id": None if anonymous or dice.rarely() else dice.choice(known),
                "anonymous_id": visitor,
                "page_path": "long " * 20_000 if dice.randrange(300) == 0 else dice.choice([None, *TEXTS]),
                "email_id": dice.choice([None, "", "mail 1", "mail 2"]),
                "is_machine": dice.choice([None, False, False, True]),
                "properties": _json(dice),
                "loaded_at": dice.choice(LOADED),
            }
        )
    return rows


def _add_addresses(
    dice: Dice,
    raw: dict[str, list[Row]],
    pool: list[datetime],
    contact_ids: list[str],
    native: frozenset[str],
) -> None:
    """Addresses, some of which several contacts have, and events by which people opt out or mail bounces."""
    own = {contact_id: f"Own{dice.getrandbits(32)}@x.nl" for contact_id in contact_ids}
    for row in raw.get("contacts", []):
        usual = own.get(row["contact_id"], "")
        row["email"] = dice.choice([usual, usual.lower(), *dice.some(ADDRESSES, 1, 2)])
    if "events" not in raw:
        return
    added: list[Row] = [
        {
            "event_id": f"O{number}",
            "event_type": dice.choice(["unsubscribe", "email_bounce", "opt-out"]),
            "occurred_at": dice.choice(pool),
            "contact_id": dice.choice([None, *contact_ids, *contact_ids, "unknown"]),
            "anonymous_id": dice.choice([None, None, None, "v1", "v2", "v'3"]),
            "is_machine": dice.choice([None, False, False, True]),
            "loaded_at": dice.choice(LOADED),
        }
        for number in range(dice.randint(2, 8))
    ]
    if "events" not in native:
        _write_times(dice, "events", added)
    for row in added:
        raw["events"].insert(dice.randint(1, len(raw["events"])), row)


def _share_addresses(dice: Dice, contacts: list[Row], pool: list[datetime], native: frozenset[str]) -> None:
    """Give some versions the address of another one, otherwise written; some are merged or deleted too."""
    written: list[Callable[[str], str]] = [str.upper, str.lower, str.title, " {}\t".format, str]
    for row in contacts:
        other = dice.choice(contacts)
        if dice.likely(3) and other["email"] is not None:
            row["email"] = dice.choice(written)(other["email"])
            if "merged_into" in row and dice.likely(3):
                row["merged_into"] = other["contact_id"]
            if "deleted_at" in row and dice.likely(1):
                deleted_at = dice.choice(pool)
                row["deleted_at"] = deleted_at if "contacts" in native else write_utc(deleted_at)


def _transactions(dice: Dice, pool: list[datetime], contact_ids: list[str]) -> list[Row]:
    known = contact_ids[:3] * 5 + contact_ids
    days = [timedelta(0), timedelta(days=14), timedelta(days=14) - MICROSECOND, timedelta(hours=36)]
    rows = []
    for number in range(dice.randint(8, 24)):
        invoiced_at = dice.choice([None, *pool])
        rows.append(
            {
                "transaction_id": f"T{number // 2}",
                "line_number": number % 2 + 1,
                "contact_id": dice.choice(known),
                "ordered_at": dice.choice(pool),
                "product_id": dice.choice([None, "p1", "p2"]),
                "product_category": dice.choice([None, *TEXTS]),
                "quantity": dice.choice([None, 1, 2, 10]),
                "amount": dice.choice(["25", "10.00", "0.1", "24.99", "-5", "100", "0.00000003"]),
                "currency": dice.choice([None, "EUR", "eur", "USD", "usd", "GBP", "Zl\xe9", ""]),
                "status": dice.choice([None, "completed", "completed", "refunded", "cancelled"]),
                "invoiced_at": invoiced_at,
                "paid_at": invoiced_at + dice.choice(days) if invoiced_at and dice.likely(8) else None,
                "loaded_at": dice.choice(LOADED),
            }
        )
    return rows


def _adjustments(dice: Dice, pool: list[datetime], contact_ids: list[str], models: list[str]) -> list[Row]:
    return [
        {
            "adjustment_id": f"A{number}",
            "model_id": dice.choice(models * 3 + ["no such model"]),
            "contact_id": dice.choice(contact_ids[:4] + contact_ids),
            "operation": dice.choice(["add", "subtract", "set", "set"]),
            "points": dice.choice(["10", "-5", "0", "2.5", "0.00000001", "33.335"]),
            "note": dice.choice([None, *TEXTS]),
            "author": dice.choice([None, "me"]),
            "adjusted_at": dice.choice(pool),
            "deleted_at": dice.choice(pool) if dice.likely(2) else None,
            "loaded_at": dice.choice(LOADED),
        }
        for number in range(dice.randint(2, 14))
    ]


def _duplicates(dice: Dice, table: str, rows: list[Row], pool: list[datetime]) -> list[Row]:
    """Rows under the id of another one, loaded before, after or with it, and mostly different."""
    changes: dict[str, tuple[str, Sequence[Any]]] = {
        "contacts": ("city", TEXTS),
        "events": ("occurred_at", pool),
        "transactions": ("status", ["refunded", "completed"]),
        "score_adjustments": ("deleted_at", [None, *pool]),
    }
    column, choices = changes[table]
    return [
        {**row, column: dice.choice(choices), "loaded_at": dice.choice(LOADED)}
        for row in (dice.some(rows, 0, 4) if rows else [])
    ]


def _broken(dice: Dice, table: str, rows: list[Row]) -> list[Row]:
    """Copies of rows in which a value is missing or can't be read."""
    broken = []
    for row in dice.some(rows, 0, 4) if rows else []:
        column = dice.choice([name for name in row if name in COLUMNS[table]])
        kind = COLUMNS[table][column]
        junk = [] if column == "loaded_at" else JUNK.get(kind.rstrip("*"), [])
        broken.append({**row, column: dice.choice([None, *junk]), "loaded_at": dice.choice(LOADED)})
        if column == "loaded_at":
            broken[-1]["loaded_at"] = None
        if column == "operation":
            broken[-1]["operation"] = "multiply"
    return broken


def _write_times(dice: Dice, table: str, rows: list[Row]) -> None:
    """Write instants as text in several ways; only loaded_at has a type of its own in a table of texts."""
    for row in rows:
        for column, value in row.items():
            if isinstance(value, datetime) and column != "loaded_at":
                row[column] = dice.choice(WRITERS)(value)


def _write_texts(dice: Dice, table: str, row: Row) -> None:
    """Write some texts and ids in the other normal form, with white space around them."""
    for column, value in row.items():
        if COLUMNS[table][column].rstrip("*") in ("id", "text") and isinstance(value, str) and dice.rarely():
            apart = unicodedata.normalize("NFD", value)
            row[column] = dice.choice(BLANKS) + dice.choice([value, apart]) + dice.choice(BLANKS)


def _write_with_offset(instant: datetime) -> str:
    return instant.replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat()


WRITERS: list[Callable[[datetime], str]] = [
    write_utc,
    write_utc,
    lambda instant: instant.isoformat() + "Z",
    _write_with_offset,
]


def _without_columns(dice: Dice, table: str, rows: list[Row]) -> None:
    """Take away some optional columns altogether."""
    if rows and dice.likely(2):
        optional = [name for name in rows[0] if not COLUMNS[table][name].endswith("*")]
        for column in dice.some(optional, 0, 3):
            for row in rows:
                row.pop(column, None)


def _json(dice: Dice) -> str | None:
    """A JSON object with some of the keys that conditions look at, by their names."""
    if dice.likely(2):
        return dice.choice([None, "{}"])
    found = {"value": dice.choice(PROPERTY_VALUES), "o'key": dice.choice(["a", "ab", 3])}
    if dice.likely(4):
        found["deep"] = dice.choice([{"er": "a"}, {"er": 10, "list": [1, "b"]}, "flat", {"er": None}])
    if dice.likely(4):
        found["tags"] = dice.choice(ARRAYS)
    if dice.likely(4):
        found["dot"] = dice.choice(
            [{"ted.key": 2, "ted": {"key": 3}}, {"ted": {"key": "9"}}, {"ted.key": None}]
        )
    if dice.likely(2):
        found[dice.choice(["dot.ted", "dot.ted.key"])] = dice.choice([5, "1E5", None, {"key": 1}])
    if dice.likely(4):
        found['sp ace "q"'] = dice.choice(["a", "b", False])
    return json.dumps(found)
