"""Valid configurations by chance (section 3), as rows of text cells."""

from __future__ import annotations

import unicodedata

from dice import Dice
from reference.values import read_timestamp

Cells = dict[str, str]

SEEDS: dict[str, str] = {
    "scoring_models": "model_id title description is_active starting_points minimum_score maximum_score",
    "scoring_rules": (
        "rule_id model_id title description is_active category operation points trigger activity recurrence "
        "once_per limit_count limit_period delay expires_after decay decay_percent decay_every window_length "
        "measure measure_field comparator threshold threshold_high evaluate_from per_field per_step "
        "valid_from valid_to"
    ),
    "rule_conditions": "rule_id clause field operator value",
    "model_conditions": "model_id clause field operator value",
    "category_limits": "model_id category minimum maximum",
    "score_bands": ("model_id band_id title above from_score up_to below action notify notify_again_after"),
    "score_matrix": "matrix_id first_model_id first_band_id second_model_id second_band_id label",
    "account_roles": "role job_title_contains weight",
    "rfm_segments": (
        "rfm_segment priority recency_from recency_to frequency_from frequency_to monetary_from monetary_to"
    ),
    "exchange_rates": "currency valid_from rate",
    "conversions": ("conversion_id title description is_active activity horizon observations observe_every"),
    "conversion_conditions": "conversion_id clause field operator value",
    "segments": "segment_id title description is_active requires_consent",
    "segment_conditions": "segment_id clause field operator value",
}
TEXTS = [
    "a",
    "ab",
    "10",
    "9",
    "o'brien; drop table raw.events; --",
    '{{ x }} {% if %} "q"',
    "back\\slash 50%_",
    "two\nlines",
    "Ab",
    "é—ü",
    "1e1",
    "010",
    "10.0",
]
EVENT_TYPES = ["page_view", "form; 'x", "{{ email }}"]
DURATIONS = [
    "1 hour",
    "23 hours",
    "1 day",
    "2 days",
    "1 week",
    "30 days",
    "1 month",
    "6 months",
    "90 minutes",
]
LIMITS = [("", "")] * 4 + [("0", ""), ("0", "100"), ("-5.005", "7.125"), ("", "50")]
POINTS = ["10", "5", "1", "0.5", "-3", "2.555", "0.005", "33.33333333", "100", "0"]
THRESHOLDS = ["0", "1", "2", "3", "25", "24.99", "-1", "125.1"]

TEXT_OPERATORS = ["contains", "not contains", "starts with", "ends with", "matches"]
EQUALITY = ["=", "!=", "in", "not in", "is set", "is not set", "has", "has not"]
ORDER = ["<", "<=", ">", ">="]
PATTERNS = ["^a", "b$", "[0-9]+", "'b", "\\{\\{", "a|9", "\\\\", "^(10|é)", "two\nl"]
FIELDS: dict[str, dict[str, str]] = {
    "event": {
        "event.page_path": "text",
        "event.email_id": "text",
        "event.is_machine": "boolean",
        "event.occurred_at": "timestamp",
        "event.properties.value": "json",
        "event.properties.o'key": "json",
        "event.properties.deep.er": "json",
        "event.properties.deep": "json",
        "event.properties.tags": "array",
        "event.properties.dot.ted.key": "json",
        'event.properties.sp ace "q"': "json",
        "event.properties.nowhere": "json",
    },
    "transaction": {
        "transaction.product_category": "text",
        "transaction.product_id": "text",
        "transaction.amount": "number",
        "transaction.original_amount": "number",
        "transaction.currency": "text",
        "transaction.quantity": "number",
        "transaction.line_number": "number",
        "transaction.paid_at": "timestamp",
        "transaction.payment_days": "number",
    },
    "contact": {
        "contact.city": "text",
        "contact.job_title": "text",
        "contact.company_size": "number",
        "contact.birth_date": "date",
        "contact.age": "age",
        "contact.email_consent": "boolean",
        "contact.updated_at": "timestamp",
        "contact.attributes.value": "json",
        "contact.attributes.deep.er": "json",
        "contact.attributes.o'key": "json",
        "contact.attributes.tags": "array",
    },
}
# Who is scored by a model doesn't change by time alone.
FIELDS["model"] = {field: kind for field, kind in FIELDS["contact"].items() if field != "contact.age"}
ONCE_PER = {
    "event": ["event.email_id", "event.page_path", "event.properties.value", "event.properties.deep"],
    "transaction": ["transaction.product_id", "transaction.transaction_id", "transaction.quantity"],
}
MEASURED = {
    "event": {
        "sum": ["event.properties.value"],
        "average": ["event.properties.value", "event.properties.dot.ted.key"],
        "count_distinct": ["event.page_path", "event.properties.o'key"],
    },
    "transaction": {
        "sum": ["transaction.amount", "transaction.quantity"],
        "average": ["transaction.amount", "transaction.payment_days", "transaction.product_category"],
        "count_distinct": ["transaction.product_id", "transaction.amount"],
    },
}
PER_FIELD = {
    "event": ["event.properties.value", "event.page_path", "event.properties.deep.er"],
    "transaction": ["transaction.amount", "transaction.quantity", "transaction.line_number"],
}


def seeds_of(dice: Dice, instants: list[str]) -> dict[str, list[Cells]]:
    """All seeds; what is not about scores has no rows."""
    tables: dict[str, list[Cells]] = {seed: [] for seed in SEEDS}
    for number in range(1, dice.randint(3, 5)):
        model_id = dice.choice(["m", "it's; --", "{{ m }}"]) + str(number)
        tables["scoring_models"].append(_model(dice, model_id))
        rules = [_rule(dice, model_id, instants, f"{number}.{n}") for n in range(dice.randint(4, 9))]
        tables["scoring_rules"] += rules
        for rule in rules:
            sources = _sources(rule)
            tables["rule_conditions"] += [
                {"rule_id": rule["rule_id"], **row} for row in _conditions(dice, sources, instants)
            ]
        if not dice.likely(7):
            tables["model_conditions"] += [
                {"model_id": model_id, **row} for row in _conditions(dice, ["model"], instants)
            ]
        tables["category_limits"] += _category_limits(dice, model_id, rules)
        tables["score_bands"] += _bands(dice, model_id)
    tables["exchange_rates"] = exchange_rates(dice, instants)
    apart = dice.likely(3)
    return {
        seed: [
            {
                column: unicodedata.normalize("NFD" if apart else "NFC", row.get(column, ""))
                for column in columns
            }
            for row in tables[seed]
        ]
        for seed, columns in ((seed, columns.split()) for seed, columns in SEEDS.items())
    }


def exchange_rates(dice: Dice, instants: list[str]) -> list[Cells]:
    """Rates of currencies that lines may have, one at an instant."""
    rows = []
    for currency in ("usd", "GBP", "Zl\xe9"):
        since = {read_timestamp(text): text for text in dice.some(instants, 0, 3)}
        rows += [
            {
                "currency": dice.choice([currency, currency.upper(), f" {currency}"]),
                "valid_from": text,
                "rate": dice.choice(["0.5", "1.25", "0.9999999999", "3", "0.0000377"]),
            }
            for text in ["", *since.values()]
            if text or dice.likely(4)
        ]
    return rows


def _model(dice: Dice, model_id: str) -> Cells:
    minimum, maximum = dice.choice(LIMITS)
    return {
        "model_id": model_id,
        "title": dice.choice(TEXTS),
        "is_active": "false" if dice.choice(range(12)) == 11 else "true",
        "starting_points": dice.choice(["", "0", "10", "-1.5"]),
        "minimum_score": minimum,
        "maximum_score": maximum,
    }


def _rule(dice: Dice, model_id: str, instants: list[str], number: str) -> Cells:
    trigger = dice.choice(["activity", "activity", "activity", "window", "window", "profile"])
    operation = dice.choice(["add", "add", "add", "subtract", "set"])
    rule = {
        "rule_id": dice.choice(["r", "r", "r'; drop --", "{{ r }}", "*/ r"]) + number,
        "model_id": model_id,
        "title": dice.choice(TEXTS),
        "description": dice.choice(["", *TEXTS]),
        "is_active": "false" if dice.choice(range(15)) == 14 else "true",
        "category": dice.choice(["", "pages", "o'cat", "{{ c }}"]),
        "operation": operation,
        "points": dice.choice(POINTS),
        "trigger": trigger,
    }
    if trigger != "profile":
        rule["activity"] = dice.choice(
            [*EVENT_TYPES, "|".join(EVENT_TYPES[:2]), "transaction", "transaction"]
        )
    lasting = True
    if trigger == "activity":
        rule |= _choice_of_activities(dice, "transaction" if rule["activity"] == "transaction" else "event")
    else:
        possible = ["", "each", "first"] if operation == "set" else ["", "while", "each", "first"]
        rule["recurrence"] = dice.choice(possible)
        lasting = rule["recurrence"] in ("each", "first") or operation == "set"
    if trigger == "window":
        rule |= _window(dice, "transaction" if rule["activity"] == "transaction" else "event")
    if lasting and dice.likely(4):
        rule["delay"] = dice.choice(DURATIONS)
    if lasting and operation != "set":
        rule |= _ending(dice, rule["points"])
    if dice.likely(3):
        valid_from, valid_to = sorted(dice.some(instants, 2, 2), key=lambda text: str(read_timestamp(text)))
        rule["valid_from"] = valid_from if dice.likely(7) else ""
        rule["valid_to"] = valid_to if dice.likely(7) else ""
    return rule


def _choice_of_activities(dice: Dice, kind: str) -> Cells:
    cells = {"recurrence": dice.choice(["", "every", "every", "first"])}
    if dice.likely(4):
        cells["once_per"] = dice.choice(ONCE_PER[kind])
    if dice.likely(5):
        cells["limit_count"] = dice.choice(["1", "1", "2"])
        cells["limit_period"] = dice.choice(["", "day", "day", "day", "week", "month", "year"])
    if dice.likely(4):
        cells["per_field"] = dice.choice(PER_FIELD[kind])
        cells["per_step"] = dice.choice(["", "1", "2.50", "0.1", "1000"])
    return cells


def _window(dice: Dice, kind: str) -> Cells:
    measure = dice.choice(["count", "count", "sum", "count_distinct", "average"])
    comparator = dice.choice([">=", ">=", ">", "<", "<=", "=", "between"])
    low = dice.choice(THRESHOLDS)
    return {
        "window_length": dice.choice(["", *DURATIONS, *DURATIONS]),
        "measure": measure,
        "measure_field": "" if measure == "count" else dice.choice(MEASURED[kind][measure]),
        "comparator": comparator,
        "threshold": low,
        "threshold_high": str(float(low) + dice.choice([0, 1, 2.5])) if comparator == "between" else "",
        "evaluate_from": dice.choice(["", "window", "creation"]),
    }


def _ending(dice: Dice, points: str) -> Cells:
    cells: Cells = {}
    if dice.likely(4):
        cells["expires_after"] = dice.choice(DURATIONS)
    if points != "0" and dice.likely(4):
        cells["decay"] = dice.choice(["linear", "exponential"])
        cells["decay_percent"] = dice.choice(["50", "10", "33.3", "100"])
        cells["decay_every"] = dice.choice(DURATIONS)
    return cells


def _sources(rule: Cells) -> list[str]:
    if rule["trigger"] == "profile":
        return ["contact"]
    return ["contact", *["transaction" if rule["activity"] == "transaction" else "event"] * 3]


def _conditions(dice: Dice, sources: list[str], instants: list[str]) -> list[Cells]:
    rows = []
    for _ in range(dice.choice([0, 0, 0, 1, 1, 2, 3])):
        fields = FIELDS[dice.choice(sources)]
        field = dice.choice(list(fields))
        operator = dice.choice(_operators(fields[field]))
        value = "" if operator.endswith("set") else _value(dice, fields[field], operator, instants)
        rows.append(
            {"clause": dice.choice(["1", "1", "2"]), "field": field, "operator": operator, "value": value}
        )
    return rows


def _operators(kind: str) -> list[str]:
    if kind == "boolean":
        return EQUALITY
    return [*EQUALITY, *ORDER, *(TEXT_OPERATORS if kind in ("text", "json", "array") else [])]


def _value(dice: Dice, kind: str, operator: str, instants: list[str]) -> str:
    if operator == "matches":
        return dice.choice(PATTERNS)
    choices = {
        "text": TEXTS,
        "json": [*TEXTS, "3", "2.5", "-4", " 5 ", "true", '{"er":"a"}', '{"er":10,"list":[1,"b"]}'],
        "array": [*TEXTS[:4], "7.0", "007", "true", "100", '["a"]', '["a","b"]', "10000000000000000000000"],
        "age": ["0", "1", "20", "23", "24", "24.0", "2.4e1", "24.5", "25", "34", "-1", "150"],
        "number": ["1", "2", "10", "10.0", "1e1", "25", "24.99", "14", "1.5", "-5"],
        "boolean": ["true", "false"],
        "date": ["1990-02-28", "1990-03-01"],
        "timestamp": instants,
    }[kind]
    if operator in ("in", "not in"):
        return "|".join(dice.some(choices, 1, 3))
    if operator in TEXT_OPERATORS:
        return dice.choice([*choices, "o'b", "%_", "%", "\\", "{{", "lines", "0", "e"])
    return dice.choice(choices)


def _category_limits(dice: Dice, model_id: str, rules: list[Cells]) -> list[Cells]:
    categories = sorted(
        {rule["category"] for rule in rules if rule["category"] and rule["operation"] != "set"}
    )
    limits = [("", "10"), ("-2.5", ""), ("0", "5"), ("3", "50.005")]
    rows = []
    for category in categories:
        if dice.likely(5):
            minimum, maximum = dice.choice(limits)
            rows.append({"model_id": model_id, "category": category, "minimum": minimum, "maximum": maximum})
    return rows


def _bands(dice: Dice, model_id: str) -> list[Cells]:
    """Bands that don't overlap, each edge in one of the bands that meet there or in neither."""
    edges = sorted(dice.some([-3, 0, 0.5, 5, 10, 20, 33.33, 50], 0, 4))
    rows: list[Cells] = []
    closed = False  # whether the band below includes the edge
    for number, edge in enumerate(edges):
        row = {"model_id": model_id, "band_id": f"b'{number}", "title": dice.choice(TEXTS)}
        row["action"] = dice.choice(["", *TEXTS])
        includes = not closed and dice.likely(6)
        row["from_score" if includes else "above"] = str(edge)
        if number + 1 < len(edges):
            closed = dice.likely(5)
            row["up_to" if closed else "below"] = str(edges[number + 1])
        if not dice.likely(1):
            rows.append(row)
    return rows
