"""Rows of seeds that can be run and can't be meant, with what is told of each, and rows that are meant.

The words after a column are parts of what is said of it, split at `; `: what can't be meant, and what to do.
"""

from __future__ import annotations

from validation_cases import PROFILE, RULE, WINDOW, Case, band, condition, matrix_cell, model, rule

OFF = {"is_active": "false"}
BASE = [
    rule("events", RULE),
    rule("lines", RULE | {"activity": "transaction"}),
    rule("resting", RULE | OFF),
    Case("won", "conversions", {"conversion_id": "won", "activity": "won"}),
    Case("asleep", "segments", {"segment_id": "asleep"} | OFF),
    Case("awake", "segments", {"segment_id": "awake"}),
    Case("off", "scoring_models", {"model_id": "off"} | OFF),
]
EVENTS, AWAKE = "rule:events", "segment:awake"


def scored(name: str, *rules: dict[str, str], **cells: str) -> list[Case]:
    """A model with its rules."""
    return [
        model(name, **cells),
        *(
            Case(
                f"{name} {place}",
                "scoring_rules",
                RULE | told | {"rule_id": f"{name}{place}", "model_id": name},
            )
            for place, told in enumerate(rules)
        ),
    ]


def limit(name: str, model_id: str, category: str, /, maximum: str = "5", **told: str) -> Case:
    return Case(
        name, "category_limits", {"model_id": model_id, "category": category, "maximum": maximum}, told
    )


FIRST = {"recurrence": "first", "points": "10"}

MEANT = [
    *BASE,
    *(
        condition(f"{on} {operator} {value}", owner, on, operator, value)
        for owner, on, operator, value in [
            (EVENTS, "event.properties.n", "<", "7"),
            (EVENTS, "event.properties.n", ">", "-0.5"),
            (EVENTS, "event.properties.n", ">=", "0"),
            (EVENTS, "event.properties.version", ">=", "v007"),
            (EVENTS, "contact.postal_code", "=", "0235"),
            (EVENTS, "contact.company_size", ">", "007"),
            (EVENTS, "event.page_path", "matches", "^/(a|b)"),
            (EVENTS, "event.page_path", "contains", "a|b"),
            (EVENTS, "event.form_id", "in", "a|b"),
            (EVENTS, "event.content_id", "=", "{{ x }}"),
            (EVENTS, "event.properties.n", "=", " a "),
            (EVENTS, "contact.attributes.n", "in", "a | b"),
            (EVENTS, "event.page_path", "starts with", "/a "),
            (EVENTS, "event.page_path", "ends with", " b"),
            (EVENTS, "event.page_path", "contains", " van "),
            (EVENTS, "event.page_path", "matches", " a "),
            (EVENTS, "event.form_id", "=", "a b"),
            (EVENTS, "contact.company_size", "=", " 7 "),
            (EVENTS, "contact.email_consent", "=", " true "),
            (AWAKE, "contact.city", "=", "{contact.country}"),
            (AWAKE, "segment.asleep_too", "=", "true"),
            (AWAKE, "score.shoe_shop", ">", "1"),
            (AWAKE, "score.shoe_shop", "=", "7"),
            (AWAKE, "score.shoe_shop", "=", "7.0"),
            (AWAKE, "transition.shoe_shop", "=", "engaged"),
            (AWAKE, "transition.shoe_shop", "=", "ambassador"),
        ]
    ),
    Case("asleep too", "segments", {"segment_id": "asleep_too"}),
    condition("another clause", AWAKE, "contact.city", "=", "Breda"),
    Case(
        "and another",
        "segment_conditions",
        {"segment_id": "awake", "clause": "2"}
        | {"field": "contact.city"}
        | {"operator": "=", "value": "Utrecht"},
    ),
    # Models whose bands are reached: by several entries, by the starting points, by sets, by hand.
    *scored("often", {"points": "1"}),
    band("often high", "often", above="1000000"),
    *scored("by hand"),
    band("any", "by hand", above="50"),
    *scored("begun", FIRST, starting_points="40"),
    band("top", "begun", from_score="50"),
    band("none yet", "begun", above="9.99", up_to="10"),
    *scored("reset", FIRST | {"operation": "set", "points": "-5"}),
    band("minus five", "reset", up_to="-5"),
    *scored("twice", {"points": "10", "limit_count": "2"}),
    band("both", "twice", from_score="20"),
    *scored("a day", {"points": "10", "limit_count": "2", "limit_period": "day"}),
    band("days", "a day", above="90"),
    *scored("kept", {"points": "10", "category": "c"}, FIRST),
    limit("kept c", "kept", "c"),
    band("fifteen", "kept", from_score="15"),
    *scored("penalty", {"operation": "subtract", "points": "-10"}),
    band("plus", "penalty", above="100"),
    *scored("rounded", FIRST | {"points": "9.996"}),
    band("ten", "rounded", from_score="10"),
    *scored("capped", maximum_score="99.996"),
    band("hundred", "capped", above="99.99"),
]

NOT_MEANT = [
    condition(
        "of a resting rule", "rule:resting", "event.page_path", "is set", rule_id="rule is inactive; activate"
    ),
    condition("of a sleeper", "segment:asleep", "contact.city", "is set", segment_id="segment is inactive"),
    condition("of no model", "model:off", "contact.city", "is set", model_id="model is inactive; remove"),
    condition("sleepers", AWAKE, "segment.asleep", "=", "false", field="an inactive segment: nobody belongs"),
    condition("no scores", AWAKE, "score.off", "<", "3", field="'score.off' looks at an inactive model"),
    condition("no score to pass", AWAKE, "score.email_warmth", ">", "{score.off}", value="an inactive model"),
    Case(
        "nobody's label",
        "score_matrix",
        matrix_cell("m2", "off", "any", "shoe_shop", "engaged", "A"),
        {"first_model_id": "nobody gets the label"},
    ),
    band("any", "off", above="1"),
    # Limits.
    rule("tired", RULE | OFF | {"category": "sleep"}),
    limit("of sleep", "shoe_shop", "sleep", category="no active rule; 'sleep'; remove the limit"),
    rule("only a set", RULE | {"operation": "set", "category": "sets"}),
    limit("of sets", "shoe_shop", "sets", category="no active rule that adds or subtracts"),
    # Conditions.
    *(
        condition(
            f"{on} {operator} {value}", EVENTS, on, operator, value, value=f"compares it as text; {said}"
        )
        for on, operator, value, said in [
            ("contact.postal_code", "<", "0235", "without leading zeros"),
            ("event.properties.n", ">=", "007.5", "starts with"),
            ("event.properties.n", "<=", "-01", "a number like 7"),
            ("event.properties.n", ">", "+7", "a number"),
            ("event.properties.n", "<", "1E5", "a number"),
            ("event.properties.n", "<", "7,5", "a number"),
            ("contact.attributes.n", ">", ".5", "a number"),
        ]
    ),
    *(
        condition(f"{on} {operator} [{value}]", owner, on, operator, value, value=told)
        for owner, on, operator, value, told in [
            (EVENTS, "event.page_path", "=", " /a", "' /a' is found nowhere; without white space"),
            (EVENTS, "event.form_id", "!=", "a\u00a0", "is found nowhere"),
            (EVENTS, "event.email_id", "in", "a| b|c", "' b' is found nowhere"),
            (EVENTS, "contact.industry", "not in", "a |b", "'a ' is found nowhere"),
            (EVENTS, "contact.email", "has", "a@b.nl\n", "is found nowhere"),
            (EVENTS, "event.campaign_id", "starts with", "\tx", "is found nowhere"),
            (EVENTS, "event.content_id", "ends with", "x\x0b", "is found nowhere"),
            (EVENTS, "event.event_type", "=", " 7", "is found nowhere"),
            ("rule:lines", "transaction.product_category", "=", "a ", "values of transaction.product"),
            ("model:shoe_shop", "contact.city", "=", "Breda ", "values of contact.city"),
            ("conversion:won", "event.form_id", "=", " a", "values of event.form_id"),
            (AWAKE, "contact.account_id", "=", "\u2003a", "values of contact.account_id"),
        ]
    ),
    condition(
        "one of", EVENTS, "event.email_id", "=", "a|b", operator="'=' takes 'a|b' for one value; operator in,"
    ),
    condition("none of", AWAKE, "contact.industry", "!=", "a|b", operator="for one value; operator not in,"),
    condition(
        "a field in a rule", EVENTS, "event.campaign_id", "=", "{contact.city}", value="is text here; another"
    ),
    condition(
        "a field in a list",
        AWAKE,
        "contact.job_title",
        "in",
        "x|{contact.city}",
        value="'{contact.city}'; alone",
    ),
    condition("said twice", AWAKE, "score.shoe_shop", ">", "1", field="has the same condition; once"),
    condition("two cities", AWAKE, "contact.city", "=", "Tilburg", value="never holds: row; another clause"),
    condition("two scores", AWAKE, "score.shoe_shop", "=", "7.5", value="never holds"),
    # Bands.
    *scored("few", FIRST, PROFILE | {"points": "5"}, WINDOW | {"points": "2.5", "operation": "subtract"}),
    band(
        "too high", "few", above="15", is_band_id="'too high' is reached by edits by hand alone; above 15.00"
    ),
    band("too low", "few", below="-2.5", is_band_id="no score below -2.50; other bounds"),
    *scored("limited", maximum_score="100", minimum_score="0"),
    band("over", "limited", above="100", is_band_id="can hold nobody; above the model's maximum_score"),
    band("under", "limited", below="0", is_band_id="below the model's minimum_score"),
    band("hair", "limited", above="1", below="1.01", is_band_id="two decimals; bounds"),
    *scored("in a category", {"points": "10", "category": "c"}),
    limit("in c", "in a category", "c"),
    band("beyond c", "in a category", above="5", is_band_id="above 5.00"),
    *scored("resets", FIRST | {"operation": "set", "points": "30"}),
    band("beyond the set", "resets", above="30", is_band_id="above 30.00"),
]
