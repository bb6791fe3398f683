"""Rows of seeds, sound ones and mistaken ones, with the mistakes that are to be found in each.

The words after a column are parts of what is said of it, split at `; `: the problem, and what is allowed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

ODD_TEXT = "it's; drop table x; -- \"quoted\" {{ var('none') }} {% if %} \\ \\n 100%_\nsecond line"
ODD_ID = ODD_TEXT.replace("\n", " ")
LONG_TEXT = "x" * 100_000

Cells = dict[str, str]

RULE = {
    "model_id": "shoe_shop",
    "operation": "add",
    "points": "1",
    "trigger": "activity",
    "activity": "page_view",
}
WINDOW = RULE | {"trigger": "window", "measure": "count", "comparator": ">=", "threshold": "1"}
PROFILE = RULE | {"trigger": "profile", "activity": ""}
FADING = RULE | {"decay": "linear", "decay_percent": "10", "decay_every": "1 week"}


@dataclass(frozen=True)
class Case:
    """A row that is put into a seed, and its mistakes: column -> words of what is said of it."""

    name: str
    seed: str
    cells: Cells
    mistakes: dict[str, str] = field(default_factory=dict)


def rule(name: str, cells: Cells, /, **mistakes: str) -> Case:
    return Case(name, "scoring_rules", {"rule_id": name.replace(" ", "_")} | cells, mistakes)


def condition(name: str, owner: str, on: str, operator: str, value: str = "", /, **mistakes: str) -> Case:
    seed = next(seed for seed in ("rule", "model", "segment", "conversion") if owner.startswith(seed))
    cells = {f"{seed}_id": owner.split(":")[1], "clause": "1", "field": on, "operator": operator}
    return Case(name, f"{seed}_conditions", cells | {"value": value}, mistakes)


def band(name: str, model_id: str, /, **cells: str) -> Case:
    mistakes = {column[3:]: cells.pop(column) for column in list(cells) if column.startswith("is_")}
    return Case(name, "score_bands", {"model_id": model_id, "band_id": name} | cells, mistakes)


def model(name: str, /, **cells: str) -> Case:
    return Case(name, "scoring_models", {"model_id": name} | cells)


def conversion(name: str, /, **cells: str) -> Case:
    mistakes = {column[3:]: cells.pop(column) for column in list(cells) if column.startswith("is_")}
    return Case(name, "conversions", {"conversion_id": name, "activity": "download"} | cells, mistakes)


def matrix_cell(*cells: str) -> Cells:
    columns = ["matrix_id", "first_model_id", "first_band_id", "second_model_id", "second_band_id", "label"]
    return dict(zip(columns, cells, strict=True))


EVENTS, LINES, PEOPLE = "rule:events", "rule:lines", "rule:people"

SOUND = [
    rule("events", RULE),
    rule("lines", RULE | {"activity": "transaction"}),
    rule("people", PROFILE),
    rule("window", WINDOW | {"window_length": "1 year"}),
    rule("several types", RULE | {"activity": "page_view | form_submitted"}),
    rule("id of 100 characters", RULE | {"rule_id": "\u00e9" * 100}),
    Case("longest segment", "segments", {"segment_id": "s" * 100}),
    Case("segment of bars", "segments", {"segment_id": "|" * 76}),
    Case("segment in Chinese", "segments", {"segment_id": "\u5ba2" * 25}),
    conversion("by downloads"),
    conversion("by orders", activity="transaction", horizon="1 month", observe_every="30 days"),
    conversion("in a year", horizon="12 months", observe_every="1 year", observations="100"),
    condition("what was downloaded", "conversion:by downloads", "event.content_id", "=", "price-list"),
    condition("who ordered", "conversion:by orders", "contact.country", "=", "NL"),
    rule("exact points", RULE | {"points": "9999999999.12345678"}),
    rule("points by ten powers", RULE | {"points": "1e3"}),
    rule("decimals that say nothing", RULE | {"points": "-1.5000000000000"}),
    rule("longest duration", RULE | {"delay": "1000 years", "expires_after": "1 minute"}),
    rule(
        "each with everything", WINDOW | {"recurrence": "each", "delay": "1 day", "expires_after": "2 days"}
    ),
    rule("a set on a window", WINDOW | {"operation": "set", "delay": "1 day"}),
    rule("between one number", WINDOW | {"comparator": "between", "threshold_high": "1.0"}),
    rule("valid for no time", RULE | {"valid_from": "2026-01-01", "valid_to": "2026-01-01T00:00:00Z"}),
    rule("five thousand steps", FADING | {"decay_percent": "0.02", "decay_every": "1 day"}),
    rule("points per number", RULE | {"activity": "transaction", "per_field": "transaction.amount"}),
    rule(
        "points per step of text", RULE | {"per_field": "event.properties.value", "per_step": "0.0000000001"}
    ),
    rule("a set per number", RULE | {"operation": "set", "per_field": "event.page_path", "per_step": "2.50"}),
    rule("an average of text", WINDOW | {"measure": "average", "measure_field": "event.properties.value"}),
    rule("a sum of text", WINDOW | {"measure": "sum", "measure_field": "event.properties.value"}),
    rule(
        "odd",
        RULE
        | {"rule_id": ODD_ID, "title": ODD_TEXT, "category": ODD_TEXT, "activity": ODD_TEXT.replace("|", "")},
    ),
    rule(
        "long",
        RULE | {"title": LONG_TEXT, "description": LONG_TEXT, "once_per": "event.properties." + LONG_TEXT},
    ),
    rule("once per a json key", RULE | {"once_per": "event.properties.a.b"}),
    condition("odd value", EVENTS, "event.properties." + ODD_TEXT, "=", ODD_TEXT),
    condition("long value", EVENTS, "contact.city", "in", LONG_TEXT + "|x"),
    condition("a list of numbers", EVENTS, "contact.company_size", "in", "1|2.5| 3 "),
    condition("a flag in capitals", EVENTS, "event.is_machine", "=", " TRUE "),
    condition("a date", EVENTS, "contact.birth_date", "<", "1990-02-28"),
    *(
        condition(f"an age of {owner} {operator}", owner, "contact.age", operator, value)
        for owner, operator, value in [
            (EVENTS, ">=", "30"),
            (LINES, "in", "30| 31.0 |4e1"),
            (PEOPLE, "is not set", ""),
            ("conversion:by downloads", "<", "17.5"),
            ("segment:nearby_leads", "has not", "-1"),
            ("segment:nearby_leads", ">", "{contact.attributes.from}"),
        ]
    ),
    condition("another age", "segment:nearby_leads", "contact.company_size", "=", "{contact.age}"),
    condition("an offset", EVENTS, "event.occurred_at", "<", "1990-02-28 10:00:00+02:00"),
    condition("a pattern", EVENTS, "event.page_path", "matches", "^/(a|b)/[0-9]{2}$"),
    condition("an element", EVENTS, "event.properties.tags", "has", "a|b"),
    condition("an element of a number", LINES, "transaction.amount", "has not", "2.50"),
    condition("an element of a profile", PEOPLE, "contact.attributes.a.b", "has", "7"),
    condition("set", LINES, "transaction.payment_days", "is set"),
    condition("a key of a contact", PEOPLE, "contact.attributes.a.b", "not contains", "c"),
    condition("a score", "segment:nearby_leads", "score.shoe_shop", ">=", "2.5"),
    condition("a transition", "segment:nearby_leads", "transition.shoe_shop", "in", "engaged|ambassador"),
    condition("rfm", "segment:nearby_leads", "rfm.recency_days", "<", "30"),
    condition("an rfm segment", "segment:nearby_leads", "rfm.rfm_segment", "=", "Can't Lose Them"),
    condition("a member elsewhere", "segment:nearby_leads", "segment.ambassadors", "=", " TRUE "),
    condition("a status", "segment:nearby_leads", "contact.email_status", "not in", "bounced|no consent"),
    *(
        condition(f"{operator} {duration}", "segment:nearby_leads", field, operator, duration)
        for operator, field, duration in [
            ("within last", "contact.created_at", "6 months"),
            ("within last", "contact.attributes.trial_end", " 1000 years "),
            ("within next", "contact.birth_date", "1 minute"),
            ("within next", "rfm.last_ordered_at", "007 days"),
            ("anniversary within next", "contact.birth_date", "1 week"),
        ]
    ),
    *(
        condition(f"{field} {operator} {other}", "segment:nearby_leads", field, operator, other)
        for field, operator, other in [
            ("score.shoe_shop", ">", "{score.interest}"),
            ("rfm.frequency", "<=", " { contact.attributes.most } "),
            ("contact.attributes.most", "in", "{rfm.frequency}"),
            ("contact.birth_date", "!=", "{contact.created_at}"),
            ("contact.email_consent", "=", "{segment.ambassadors}"),
            ("contact.city", "not contains", "{contact.attributes.say {x}}"),
            ("contact.attributes.plan", "=", '{"plan": {"a": 1}}'),
            ("contact.attributes.plan", "=", "{}"),
            ("contact.attributes.notice", "=", "7 days"),
        ]
    ),
    condition("braces in a rule", EVENTS, "event.page_path", "=", "{score.nobody}"),
    condition("braces in a model", "model:shoe_shop", "contact.city", "=", "{no field}"),
    Case("one", "segments", {"segment_id": "one"}),
    Case("two", "segments", {"segment_id": "two"}),
    condition("two names one", "segment:two", "segment.one", "=", "false"),
    condition("two names one again", "segment:two", "contact.email_consent", "=", "{segment.one}"),
    Case("a rate for always", "exchange_rates", {"currency": "USD", "rate": "0.92"}),
    Case(
        "its next rate",
        "exchange_rates",
        {"currency": "usd", "valid_from": "2026-01-01", "rate": "0.0000377123"},
    ),
    Case("greatest rate", "exchange_rates", {"currency": "GBP", "rate": "999999999"}),
    model("bands_touch"),
    band("low", "bands_touch", below="0"),
    band("zero", "bands_touch", from_score="0", up_to="0"),
    band("middle", "bands_touch", above="0", up_to="10"),
    band("after a gap", "bands_touch", from_score="20", below="30.5"),
    band("high", "bands_touch", from_score="30.5"),
    Case("equal ends", "scoring_models", {"model_id": "m0", "minimum_score": "5", "maximum_score": "5.00"}),
]

MISTAKEN = [
    # Cells by themselves.
    rule("no points", RULE | {"points": " "}, points="a value is required; a number"),
    rule("null points", RULE | {"points": "null"}, points="a value is required"),
    rule("no trigger", RULE | {"trigger": ""}, trigger="a value is required; activity, window, profile"),
    Case("no id", "scoring_rules", RULE, {"rule_id": "a value is required"}),
    rule("unknown operation", RULE | {"operation": "multiply"}, operation="'multiply'; add, subtract, set"),
    rule("unknown trigger", RULE | {"trigger": "click"}, trigger="'click'; activity, window, profile"),
    rule(
        "unknown recurrence", RULE | {"recurrence": "Every"}, recurrence="'Every'; every, first, while, each"
    ),
    rule(
        "unknown measure",
        WINDOW | {"measure": "median"},
        measure="'median'; count, sum, count_distinct, average",
    ),
    rule(
        "step of nothing", RULE | {"per_step": "1"}, per_step="a rule without per_field can't; an empty cell"
    ),
    rule(
        "no step",
        RULE | {"per_field": "event.page_path", "per_step": "0"},
        per_step="'0' is out of range; above 0",
    ),
    rule(
        "a step back",
        RULE | {"per_field": "event.page_path", "per_step": "-2.5"},
        per_step="'-2.5' is out of range; above 0",
    ),
    rule(
        "a word as a step",
        RULE | {"per_field": "event.page_path", "per_step": "each"},
        per_step="'each' is not a number",
    ),
    rule(
        "points per instant",
        RULE | {"per_field": "event.occurred_at"},
        per_field="points can't be multiplied; a field of numbers",
    ),
    rule("points per flag", RULE | {"per_field": "event.is_machine"}, per_field="can't be multiplied"),
    rule(
        "points per person", RULE | {"per_field": "contact.company_size"}, per_field="can't be used; event."
    ),
    rule("points per what", RULE | {"per_field": "event.what"}, per_field="not a field; event."),
    rule(
        "points of events per amount",
        RULE | {"per_field": "transaction.amount"},
        per_field="about events; event.page_path",
    ),
    rule(
        "window per number",
        WINDOW | {"per_field": "event.page_path", "per_step": "1"},
        per_field="a window rule can't",
        per_step="a window rule can't",
    ),
    rule(
        "profile per number",
        PROFILE | {"per_field": "contact.company_size", "per_step": "1"},
        per_field="a profile rule can't",
        per_step="a profile rule can't",
    ),
    rule(
        "decays for ever from many points",
        RULE
        | {
            "per_field": "event.page_path",
            "decay": "exponential",
            "decay_percent": "0.1",
            "decay_every": "1 day",
        },
        decay_percent="5,000 steps",
    ),
    rule("average of nothing", WINDOW | {"measure": "average"}, measure_field="needs measure_field"),
    rule(
        "average of instants",
        WINDOW | {"measure": "average", "measure_field": "event.occurred_at"},
        measure_field="no average",
    ),
    rule("unknown comparator", WINDOW | {"comparator": "=="}, comparator="'=='; between"),
    rule("unknown period", RULE | {"limit_count": "1", "limit_period": "hour"}, limit_period="day, week"),
    rule("unknown decay", FADING | {"decay": "sudden"}, decay="'sudden'; linear, exponential"),
    rule("unknown evaluation", WINDOW | {"evaluate_from": "now"}, evaluate_from="'now'; window, creation"),
    rule("points in words", RULE | {"points": "ten"}, points="'ten' is not a number; 10 digits"),
    rule("points of nine decimals", RULE | {"points": "0.123456789"}, points="kept exactly; 8 after it"),
    rule(
        "points of eleven digits", RULE | {"points": "10000000000"}, points="kept exactly; at most 10 digits"
    ),
    rule("points with underscores", RULE | {"points": "1_000"}, points="'1_000' is not a number"),
    rule("points not a number", RULE | {"points": "nan"}, points="'nan' is not a number"),
    rule("points of jinja", RULE | {"points": ODD_TEXT}, points="it's; drop table"),
    rule("points of 100 kB", RULE | {"points": LONG_TEXT}, points="xxx...' is not a number"),
    rule("threshold in words", WINDOW | {"threshold": "many"}, threshold="'many' is not a number"),
    rule("half a limit", RULE | {"limit_count": "1.5"}, limit_count="'1.5' is not a whole number"),
    rule("limit of none", RULE | {"limit_count": "0"}, limit_count="'0' is out of range; at least 1"),
    rule("active perhaps", RULE | {"is_active": "perhaps"}, is_active="neither true nor false; true, false"),
    rule("31 June", RULE | {"valid_from": "2026-06-31"}, valid_from="'2026-06-31' is not an instant"),
    rule("before Christ", RULE | {"valid_from": "2026-06-30 (BC)"}, valid_from="is not an instant"),
    rule(
        "unknown unit",
        RULE | {"delay": "2 fortnights"},
        delay="'2 fortnights' is not a duration; minute, hour",
    ),
    rule("no time at all", RULE | {"delay": "0 days"}, delay="is not positive; above 0"),
    rule("negative time", RULE | {"delay": "-1 day"}, delay="is not a duration"),
    rule("a line end in a duration", RULE | {"delay": "6 months\n"}, delay="is not a duration"),
    rule(
        "out of the calendar",
        RULE | {"expires_after": "9999999 months"},
        expires_after="too long; 1000 years",
    ),
    rule("all decay", FADING | {"decay_percent": "100.5"}, decay_percent="out of range; at most 100"),
    rule("no decay", FADING | {"decay_percent": "0"}, decay_percent="out of range; above 0"),
    Case(
        "feather",
        "account_roles",
        {"role": "r", "job_title_contains": "x", "weight": "-1"},
        {"weight": "at least 0"},
    ),
    Case(
        "rank of six",
        "rfm_segments",
        {"rfm_segment": "x", "priority": "99", "recency_from": "0", "recency_to": "6"},
        {"recency_from": "at least 1", "recency_to": "at most 5"},
    ),
    Case(
        "rate of nothing",
        "exchange_rates",
        {"currency": "A1", "rate": "0"},
        {"rate": "out of range; above 0"},
    ),
    Case("rate below nothing", "exchange_rates", {"currency": "A2", "rate": "-1"}, {"rate": "above 0"}),
    Case(
        "rate of eleven decimals",
        "exchange_rates",
        {"currency": "A3", "rate": "0.12345678901"},
        {"rate": "kept exactly"},
    ),
    Case("no rate", "exchange_rates", {"currency": "A4"}, {"rate": "a value is required"}),
    Case(
        "rate of no currency", "exchange_rates", {"currency": "\xa0", "rate": "1"}, {"currency": "required"}
    ),
    Case(
        "rate since whenever",
        "exchange_rates",
        {"currency": "A5", "valid_from": "always", "rate": "1"},
        {"valid_from": "an instant"},
    ),
    Case(
        "a second rate for always",
        "exchange_rates",
        {"currency": " usd", "rate": "2"},
        {"valid_from": "row 2; one rate"},
    ),
    Case(
        "a second rate since then",
        "exchange_rates",
        {"currency": "Usd", "valid_from": "2026-01-01T01:00:00+01:00", "rate": "0.9"},
        {"valid_from": "row 3; one rate"},
    ),
    Case(
        "rate of the var's currency",
        "exchange_rates",
        {"currency": "eur", "rate": "1"},
        {"currency": "'eur'; var currency"},
    ),
    # Ids.
    Case(
        "rule twice",
        "scoring_rules",
        RULE | {"rule_id": "shop_purchase_shoes"},
        {"rule_id": "row 2 has the same"},
    ),
    Case("model twice", "scoring_models", {"model_id": "shoe_shop"}, {"model_id": "row 2 has the same"}),
    Case("segment twice", "segments", {"segment_id": "ambassadors"}, {"segment_id": "row 2 has the same"}),
    rule("id of 101 characters", RULE | {"rule_id": "x" * 101}, rule_id="is longer than 100 characters"),
    *(
        rule(f"id with {name}", RULE | {"rule_id": f"r{character}"}, rule_id="control character")
        for name, character in {
            "a line break": "\nx",
            "a tab": "\tx",
            "an escape": "\x1b[2J",
            "a delete": "\x7f",
            "a next line": "\x85x",
            "a line separator": "\u2028x",
        }.items()
    ),
    Case("a long model", "scoring_models", {"model_id": "m" * 300}, {"model_id": "than 100 characters"}),
    Case("a bell", "segments", {"segment_id": "ring\x07", "title": "x"}, {"segment_id": "control"}),
    Case("a file of bars", "segments", {"segment_id": "|" * 77}, {"segment_id": "more than 230 bytes"}),
    Case("a file of faces", "segments", {"segment_id": "\U0001f600" * 20}, {"segment_id": "230 bytes"}),
    Case(
        "a long matrix",
        "score_matrix",
        matrix_cell("x" * 101, "sales_readiness", "warm", "email_warmth", "warm", "A1"),
        {"matrix_id": "than 100 characters"},
    ),
    Case(
        "a role on two lines",
        "account_roles",
        {"role": "two\nlines", "job_title_contains": "x", "weight": "1"},
        {"role": "control"},
    ),
    Case(
        "band twice",
        "score_bands",
        {"model_id": "shoe_shop", "band_id": "disengaged", "below": "-50"},
        {"band_id": "row 2 has the same model_id, band_id"},
    ),
    Case(
        "limit twice",
        "category_limits",
        {"model_id": "sales_readiness", "category": "small scores", "maximum": "40"},
        {"category": "row 2 has the same"},
    ),
    rule(
        "unknown model",
        RULE | {"model_id": "nobody"},
        model_id="not a model_id of scoring_models; 'shoe_shop'",
    ),
    condition(
        "unknown rule",
        "rule:nothing",
        "event.page_path",
        "=",
        "/",
        rule_id="not a rule_id of scoring_rules; '31_June'; , ...",
    ),
    condition(
        "audience of nobody", "model:nobody", "contact.city", "=", "x", model_id="not a model_id; 'shoe_shop'"
    ),
    condition(
        "unknown segment",
        "segment:none",
        "contact.city",
        "=",
        "x",
        segment_id="not a segment_id; 'ambassadors'",
    ),
    Case(
        "limit of nobody",
        "category_limits",
        {"model_id": "nobody", "category": "x", "maximum": "1"},
        {"model_id": "not a"},
    ),
    band("band of nobody", "nobody", above="1", is_model_id="not a model_id"),
    # Rules as a whole.
    rule("activity each", RULE | {"recurrence": "each"}, recurrence="'each' is not; every, first"),
    rule(
        "activity while",
        RULE | {"recurrence": "while", "delay": "1 day"},
        recurrence="'while' is not; every, first",
    ),
    rule("window every", WINDOW | {"recurrence": "every"}, recurrence="window rules; while, each, first"),
    rule("profile every", PROFILE | {"recurrence": "every"}, recurrence="profile rules; while, each, first"),
    rule(
        "while with more",
        WINDOW | {"recurrence": "while", "delay": "1 day", "expires_after": "1 day"} | {"decay": "linear"},
        delay="`while`; an empty cell",
        expires_after="`while`",
        decay="`while`",
        decay_percent="needs",
        decay_every="needs",
    ),
    rule(
        "while by default",
        PROFILE | {"operation": "subtract", "expires_after": "1 day"},
        expires_after="`while`",
    ),
    rule(
        "set while",
        WINDOW | {"operation": "set", "recurrence": "while", "delay": "1 day"},
        recurrence="`set`; each",
    ),
    rule(
        "set that ends",
        FADING | {"operation": "set", "expires_after": "1 day"},
        expires_after="`set`",
        decay="`set`",
    ),
    rule(
        "decay of what",
        RULE | {"decay": "linear"},
        decay_percent="needs decay_percent; above 0",
        decay_every="needs",
    ),
    rule(
        "no decay but how",
        RULE | {"decay_percent": "5", "decay_every": "1 day"},
        decay_percent="without decay",
        decay_every="without decay; an empty cell",
    ),
    rule("slow decay", FADING | {"decay_percent": "0.0199999999"}, decay_percent="5,000 steps"),
    rule(
        "slow exponential decay",
        FADING | {"decay": "exponential", "decay_percent": "0.0000000001", "points": "100"},
        decay_percent="5,000 steps",
    ),
    rule(
        "decay for ever",
        FADING | {"decay_percent": "1", "decay_every": "101 years"},
        decay_percent="10,000 years",
    ),
    rule("period of no limit", RULE | {"limit_period": "day"}, limit_period="without limit_count"),
    rule(
        "a window chooses",
        WINDOW | {"once_per": "event.page_path", "limit_count": "1", "limit_period": "day"},
        once_per="a window rule can't",
        limit_count="a window rule can't",
        limit_period="a window rule can't",
    ),
    rule(
        "a profile chooses",
        PROFILE | {"once_per": "nonsense", "limit_period": "day"},
        once_per="a profile rule can't",
        limit_period="a profile rule can't",
    ),
    rule(
        "ends before",
        RULE | {"valid_from": "2026-02-01", "valid_to": "2026-01-31"},
        valid_to="before valid_from",
    ),
    rule(
        "ends before by its offset",
        RULE | {"valid_from": "2026-02-01T00:00:00Z", "valid_to": "2026-02-01T00:30:00+01:00"},
        valid_to="before valid_from",
    ),
    rule("activity of nothing", RULE | {"activity": ""}, activity="needs activity"),
    rule("window of nothing", WINDOW | {"activity": ""}, activity="a window rule needs activity"),
    rule("profile of something", PROFILE | {"activity": "page_view"}, activity="a profile rule can't"),
    rule(
        "transactions and more", RULE | {"activity": "page_view|transaction"}, activity="`transaction`; alone"
    ),
    rule("transactions with a space", RULE | {"activity": "transaction "}, activity="`transaction`; alone"),
    rule("an empty part", RULE | {"activity": "page_view||click"}, activity="an empty part; split at |"),
    rule("an empty end", WINDOW | {"activity": "page_view| "}, activity="an empty part"),
    rule(
        "window without all",
        RULE | {"trigger": "window"},
        measure="needs measure; count, sum",
        comparator="needs; between",
        threshold="needs; a number",
    ),
    rule("sum of nothing", WINDOW | {"measure": "sum"}, measure_field="needs measure_field"),
    rule("distinct nothings", WINDOW | {"measure": "count_distinct"}, measure_field="needs measure_field"),
    rule(
        "activity that measures",
        RULE
        | {k: v for k, v in WINDOW.items() if k in ("measure", "comparator", "threshold")}
        | {"threshold_high": "5", "measure_field": "what?", "window_length": "1 day"},
        measure="an activity rule can't",
        measure_field="an activity rule can't",
        comparator="an activity rule can't",
        threshold="an activity rule can't",
        threshold_high="an activity rule can't",
        window_length="an activity rule can't",
    ),
    rule("profile that measures", PROFILE | {"threshold": "1"}, threshold="a profile rule can't"),
    rule("between one", WINDOW | {"comparator": "between"}, threshold_high="needs threshold_high"),
    rule(
        "between upside down",
        WINDOW | {"comparator": "between", "threshold_high": "0.99"},
        threshold_high="below",
    ),
    rule(
        "two ends of one",
        WINDOW | {"threshold_high": "5"},
        threshold_high="other than `between`; an empty cell",
    ),
    # Fields.
    rule(
        "once per nothing known",
        RULE | {"once_per": "email_id"},
        once_per="'email_id' is not a field; event.email_id",
    ),
    rule(
        "once per contact",
        RULE | {"once_per": "contact.email"},
        once_per="can't be used; event.properties.<key>",
    ),
    rule(
        "once per line",
        RULE | {"once_per": "transaction.product_id"},
        once_per="about events; event.page_path",
    ),
    rule(
        "measure of events",
        WINDOW | {"measure": "sum", "activity": "transaction", "measure_field": "event.page_path"},
        measure_field="about transactions; transaction.amount",
    ),
    rule(
        "sum of instants",
        WINDOW | {"measure": "sum", "measure_field": "event.occurred_at"},
        measure_field="no sum",
    ),
    condition(
        "unknown field", EVENTS, "event.path", "=", "x", field="is not a field; event.properties.<key>"
    ),
    condition("a key that is empty", EVENTS, "event.properties.", "=", "x", field="is not a field"),
    condition(
        "a field of transactions", EVENTS, "transaction.amount", "=", "x", field="about events; contact.city"
    ),
    condition(
        "a field of events",
        LINES,
        "event.page_path",
        "<",
        "x",
        field="about transactions; transaction.amount",
    ),
    condition(
        "an event in a profile",
        PEOPLE,
        "event.page_path",
        "=",
        "x",
        field="profile rule; contact.attributes.<key>",
    ),
    condition("a score in a rule", EVENTS, "score.shoe_shop", ">", "1", field="can't be used"),
    condition(
        "an event of a model",
        "model:shoe_shop",
        "event.page_path",
        "=",
        "x",
        field="of a model; contact.city",
    ),
    condition(
        "an event of a segment",
        "segment:nearby_leads",
        "event.page_path",
        "=",
        "x",
        field="of a segment; score.<",
    ),
    condition(
        "a score of nobody",
        "segment:nearby_leads",
        "score.nobody",
        ">",
        "1",
        field="no scoring model; 'shoe_shop'",
    ),
    condition("a band of nobody", "segment:nearby_leads", "band.nobody", "=", "x", field="no scoring model"),
    condition(
        "no column of rfm",
        "segment:nearby_leads",
        "rfm.luck",
        "=",
        "5",
        field="is not a field; rfm.frequency",
    ),
    condition(
        "the age of an audience",
        "model:shoe_shop",
        "contact.age",
        ">=",
        "30",
        field="'contact.age' can't be used in a condition of a model: time alone would change who is scored"
        "; contact.birth_date; a profile rule or a segment with contact.age",
    ),
    condition(
        "nearly an age", PEOPLE, "contact.ages", ">=", "30", field="is not a field; contact.city; contact.age"
    ),
    rule("once per age", RULE | {"once_per": "contact.age"}, once_per="this column of a rule about events"),
    condition("an age in words", PEOPLE, "contact.age", "=", "thirty", value="'thirty'; a number"),
    condition("an age of a date", PEOPLE, "contact.age", "<", "1990-01-01", value="'1990-01-01'; a number"),
    condition("an age that begins", PEOPLE, "contact.age", "starts with", "3", operator="integer; not in"),
    condition(
        "an age lately", "segment:nearby_leads", "contact.age", "within last", "1 year", operator="integer"
    ),
    condition(
        "an age and a date",
        "segment:nearby_leads",
        "contact.age",
        "<",
        "{contact.birth_date}",
        value="date values, which can't be compared; integer or text",
    ),
    # Operators and values.
    condition("unknown operator", EVENTS, "event.page_path", "like", "x", operator="'like'; starts with"),
    condition("a flag that is greater", EVENTS, "event.is_machine", ">", "true", operator="boolean; is set"),
    condition(
        "a number that contains", PEOPLE, "contact.company_size", "contains", "x", operator="integer; not in"
    ),
    condition("no value", EVENTS, "event.page_path", "=", value="needs a value"),
    condition("no element", EVENTS, "event.properties.tags", "has", value="needs a value"),
    condition(
        "a band among bands", "segment:nearby_leads", "band.shoe_shop", "has", "x", value="not a value of"
    ),
    condition("a word in a number", LINES, "transaction.amount", "has", "much", value="'much'; a number"),
    condition("no values", EVENTS, "event.page_path", "in", value="needs a value; split at |"),
    condition(
        "a value too many", EVENTS, "event.page_path", "is set", "x", value="takes no value; an empty cell"
    ),
    condition("text for a number", LINES, "transaction.amount", ">", "much", value="'much'; a number"),
    condition("text among numbers", LINES, "transaction.amount", "in", "1|many|3", value="'many'; a number"),
    condition(
        "text for a date", PEOPLE, "contact.birth_date", "=", "yesterday", value="'yesterday'; an instant"
    ),
    condition("text for an instant", EVENTS, "event.occurred_at", ">", "now()", value="'now()'; an instant"),
    condition("text for a flag", EVENTS, "event.is_machine", "=", "1 = 1", value="'1 = 1'; true, false"),
    condition("a flag among flags", EVENTS, "event.is_machine", "in", "true|yes", value="'yes'; true, false"),
    condition(
        "a bad pattern", EVENTS, "event.page_path", "matches", "(unclosed", value="not a regular expression"
    ),
    Case(
        "no clause",
        "rule_conditions",
        {"rule_id": "events", "field": "event.form_id", "operator": "is set"},
        {"clause": "a value is required"},
    ),
    condition(
        "text for a score", "segment:nearby_leads", "score.shoe_shop", ">", "high", value="'high'; a number"
    ),
    condition(
        "a band unheard of",
        "segment:nearby_leads",
        "band.shoe_shop",
        "=",
        "gold",
        value="'gold'; 'ambassador'",
    ),
    condition(
        "a segment unheard of",
        "segment:nearby_leads",
        "rfm.rfm_segment",
        "in",
        "Champions|nobody",
        value="'nobody'; 'Champions'",
    ),
    condition(
        "a status unheard of",
        "segment:nearby_leads",
        "contact.email_status",
        "in",
        "mailable|deaf",
        value="'deaf'; 'bounced', 'invalid', 'mailable', 'missing', 'no consent', 'unsubscribed', 'with",
    ),
    condition(
        "a status in a rule",
        PEOPLE,
        "contact.email_status",
        "=",
        "bounced",
        field="can't be used in a profile rule; contact.email,",
    ),
    condition("a segment in a rule", EVENTS, "segment.ambassadors", "=", "true", field="can't be used in"),
    condition(
        "members of nobody",
        "segment:nearby_leads",
        "segment.nobody",
        "=",
        "true",
        field="names no segment; 'ambassadors'",
    ),
    condition(
        "nearly a member", "segment:nearby_leads", "segment.one", "=", "yes", value="'yes'; true, false"
    ),
    # Segments that depend on themselves.
    *(Case(name, "segments", {"segment_id": name, "is_active": "false"}) for name in "abcde"),
    condition("itself", "segment:a", "segment.a", "=", "true", field="depends on itself: a -> a; segments"),
    condition("there", "segment:b", "segment.c", "=", "false", field="itself: b -> c -> d -> b"),
    condition("and on", "segment:c", "segment.d", "!=", "true", field="itself: c -> d -> b -> c"),
    condition(
        "and back", "segment:d", "contact.email_consent", "=", "{segment.b}", value="itself: d -> b -> c -> d"
    ),
    # Durations.
    *(
        condition(
            f"{operator} {value}", "segment:nearby_leads", "contact.created_at", operator, value, value=said
        )
        for operator, value, said in [
            ("within last", "7", "'7' is not a duration; minute, hour"),
            ("within next", "0 days", "is not a duration"),
            ("within next", "-1 day", "is not a duration"),
            ("within last", "1001 years", "is not a duration; up to 1000 years"),
            ("anniversary within next", "{contact.birth_date}", "is not a duration"),
            ("within last", "", "needs a value; <n> <unit>"),
        ]
    ),
    condition(
        "a number lately",
        "segment:nearby_leads",
        "score.shoe_shop",
        "within last",
        "1 day",
        operator="decimal; >=",
    ),
    condition(
        "a member lately", "segment:nearby_leads", "segment.one", "within last", "1 day", operator="boolean"
    ),
    condition(
        "a band lately", "segment:nearby_leads", "band.shoe_shop", "within last", "1 day", operator="no"
    ),
    *(
        condition(
            f"{owner} {operator} {value}", owner, field, operator, value, operator=f"'{operator}'; {said}"
        )
        for owner, field, operator, value, said in [
            (
                "segment:nearby_leads",
                "contact.attributes.trial_end",
                "<=",
                "7 days",
                "within next; duration, '7 days'",
            ),
            ("segment:nearby_leads", "contact.created_at", ">", "1 month", "within last"),
            ("segment:nearby_leads", "contact.attributes.renewal", ">", "7 Days", "within next"),
            ("segment:nearby_leads", "contact.attributes.renewal", ">=", "2  WEEKS", "within next"),
            ("segment:nearby_leads", "contact.attributes.renewal", "<", "1,5 Months", "within next"),
            ("segment:nearby_leads", "contact.birth_date", "<", "-30 days", "within last"),
            (
                EVENTS,
                "event.properties.due",
                ">=",
                "1.5 hours",
                "a number or text; only conditions of segments",
            ),
            ("model:shoe_shop", "contact.updated_at", ">", "2 weeks", "an instant"),
            (PEOPLE, "contact.attributes.trial_end", "within next", "7 days", "not known here; <=, >, >="),
            ("model:shoe_shop", "contact.birth_date", "anniversary within next", "7 days", "not known here"),
        ]
    ),
    # Other fields.
    *(
        condition(f"{field} {operator} {value}", "segment:nearby_leads", field, operator, value, value=said)
        for field, operator, value, said in [
            (
                "score.shoe_shop",
                ">",
                "{score.nobody}",
                "'{score.nobody}' names no scoring model; 'shoe_shop'",
            ),
            ("contact.email_consent", "=", "{segment.nobody}", "names no segment"),
            ("contact.city", "=", "{contact.town}", "'{contact.town}' is not a field; contact.city; score."),
            ("contact.city", "=", "{ x }", "is not a field"),
            ("contact.city", "in", "{contact.city}|{contact.country}", "is not a field"),
            ("contact.city", "=", "{event.page_path}", "can't be used in a condition of a segment"),
            (
                "score.shoe_shop",
                "<",
                "{contact.birth_date}",
                "date values, which can't be compared; decimal or text",
            ),
            ("contact.email_consent", "=", "{score.shoe_shop}", "decimal values; boolean or text"),
            (
                "contact.city",
                "contains",
                "{score.shoe_shop}",
                "by operator contains; a field that holds text",
            ),
            ("contact.city", "matches", "{contact.country}", "can't take another field; regular expression"),
            ("band.shoe_shop", "=", "{transition.shoe_shop}", "may be several bands; band.<model_id>"),
        ]
    ),
    condition(
        "a transition as a field",
        "segment:nearby_leads",
        "transition.shoe_shop",
        "=",
        "{band.shoe_shop}",
        field="may be several bands",
    ),
    # Limits, bands and the rest.
    Case(
        "limits upside down",
        "scoring_models",
        {"model_id": "m1", "minimum_score": "5", "maximum_score": "4.99"},
        {"minimum_score": "above maximum_score"},
    ),
    Case(
        "category upside down",
        "category_limits",
        {"model_id": "shoe_shop", "category": "social", "minimum": "1", "maximum": "-1"},
        {"minimum": "above maximum"},
    ),
    Case(
        "no limit", "category_limits", {"model_id": "shoe_shop", "category": "value"}, {"maximum": "neither"}
    ),
    Case(
        "unknown category",
        "category_limits",
        {"model_id": "shoe_shop", "category": "interest", "maximum": "1"},
        {"category": "no rule of this model; 'social'"},
    ),
    model("bands"),
    band("first", "bands", up_to="10"),
    band("touches", "bands", from_score="10", up_to="20", is_band_id="overlaps band 'first'"),
    band("two lower", "bands", above="30", from_score="31", is_from_score="both; exclusive"),
    band("two upper", "bands", up_to="-30", below="-31", is_below="both; exclusive"),
    band("none between", "bands", from_score="50", below="50", is_band_id="no score"),
    band("upside down", "bands", above="70", up_to="60", is_band_id="no score"),
    band("words", "bands", above="ten", is_above="'ten' is not a number"),
    band("everything", "bands", is_band_id="overlaps"),
    Case(
        "cell twice",
        "score_matrix",
        matrix_cell("sales_priority", "sales_readiness", "personal_contact", "email_warmth", "warm", "Z"),
        {"second_band_id": "row 2 has the same"},
    ),
    Case(
        "bands of other models",
        "score_matrix",
        matrix_cell("m", "shoe_shop", "warm", "email_warmth", "engaged", "Z"),
        {"first_band_id": "'warm' is not a band; 'ambassador'", "second_band_id": "'engaged' is not a band"},
    ),
    Case(
        "models change",
        "score_matrix",
        matrix_cell("m", "email_warmth", "cold", "shoe_shop", "neutral", "Z"),
        {"first_model_id": "'shoe_shop'; one pair", "second_model_id": "'email_warmth'; one pair"},
    ),
    conversion("twice"),
    Case(
        "twice again", "conversions", {"conversion_id": "twice", "activity": "a"}, {"conversion_id": "same"}
    ),
    conversion("of nothing", activity="", is_activity="a value is required"),
    conversion("of both", activity="download|transaction", is_activity="can't stand with anything else"),
    conversion("of an empty part", activity="download||form", is_activity="empty part"),
    conversion("never observed", observations="0", is_observations="out of range; at least 1"),
    conversion("observed too often", horizon="31 days", is_observe_every="shorter than horizon; 30 days"),
    conversion(
        "a month of 30 days",
        horizon="31 days",
        observe_every="1 month",
        is_observe_every="shorter than horizon",
    ),
    conversion("a year of 365", horizon="1 year", observe_every="12 months", is_observe_every="shorter than"),
    condition(
        "an order's field of an event",
        "conversion:by downloads",
        "transaction.amount",
        ">",
        "1",
        field="can't be used in a conversion by events; event.",
    ),
    condition(
        "an event's field of an order",
        "conversion:by orders",
        "event.form_id",
        "=",
        "a",
        field="can't be used in a conversion by transactions; transaction.",
    ),
    condition(
        "a score of a conversion",
        "conversion:by orders",
        "score.sales_readiness",
        ">",
        "1",
        field="can't be used in a conversion by transactions",
    ),
    condition(
        "of no conversion", "conversion:nothing", "event.form_id", "=", "a", conversion_id="'nothing' is not"
    ),
    Case(
        "ranks upside down",
        "rfm_segments",
        {
            "rfm_segment": "y",
            "priority": "98",
            "recency_from": "3",
            "recency_to": "2",
            "frequency_from": "5",
            "frequency_to": "1",
            "monetary_from": "2",
            "monetary_to": "1",
        },
        {"recency_from": "above", "frequency_from": "above", "monetary_from": "above"},
    ),
]
