"""Macros of engines and conditions over values that are written here: what comes out, on every engine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

# The instant at which all are rendered.
AS_OF = "2026-10-31T12:00:00+01:00"
BORDER = "\n-- next case\n"
LONG = "x" * 100_000
NASTY = [
    "it's; drop table raw.events; --", '"quoted"', "back\\slash\\", "{{ 1 / 0 }}{% raw %}{# no #}",
    "two\nlines\r\n\ttab", "/* */ -- $$",
    "", " ", "%_", "é—ü 😀", "null", LONG,
]  # fmt: skip


def jinja(value: Any) -> str:
    """A value as a literal of Jinja."""
    return json.dumps(value, ensure_ascii=False) if value is not None else "none"


def text(value: str | None) -> str:
    """A value as SQL of type text, in which Jinja finds nothing to render."""
    if value is None:
        return "cast(null as string)"
    return "{{ literal(" + jinja(value) + ") }}"


def at(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, microsecond: int = 0
) -> datetime:
    """An instant as SQL gives it: without a zone, because all is UTC."""
    return datetime(year, month, day, hour, minute, second, microsecond)


# All that has Unicode's property White_Space.
WHITE_SPACE = [
    *"\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000", *map(chr, range(0x2000, 0x200B)),
]  # fmt: skip
# Macros of one text: (macro, what it is given, what it makes of it).
READING: list[tuple[str, str | None, Any]] = [
    *[("as_number", *pair) for pair in [
        ("12", Decimal(12)), ("12.50", Decimal("12.5")), (" 5 ", Decimal(5)), ("-3", Decimal(-3)),
        ("+3", Decimal(3)),
        (".5", Decimal("0.5")), ("5.", Decimal(5)), ("1e3", Decimal(1000)), ("2E-2", Decimal("0.02")),
        ("0.1234567891", Decimal("0.1234567891")),
        ("9" * 28, Decimal("9" * 28)), ("9" * 29, None), ("1_000", None), ("1,000", None), ("1,5", None),
        ("ten", None), ("", None), (" ", None),
        ("NaN", None), ("nan", None), ("inf", None), ("-Infinity", None), ("1e400", None), ("--5", None),
        ("0x10", None), ("true", None),
        ("12 eur", None), ("\uff11\uff12", None), (None, None),
    ]],
    *[("as_text", *pair) for pair in [
        *[(f"{blank}a{blank}", "a") for blank in WHITE_SPACE],
        *[(blank, None) for blank in WHITE_SPACE], ("".join(WHITE_SPACE) * 2, None), ("", None), (None, None),
        # What only looks like white space stays.
        *[(f"{sign}a{sign}",) * 2 for sign in ("\u200b", "\ufeff", "\u180e", "\x1c", "\x7f", "'")],
        ("e\u0301", "\xe9"), (" e\u0301\xa0", "\xe9"), ("\u212b", "\xc5"), ("\u1112\u1161\u11ab", "\ud55c"),
        ("\ufb01", "\ufb01"), ("\u0301", "\u0301"), ("a\nb", "a\nb"), ("-", "-"), ("~", "~"),
        ("\U0001f600 ", "\U0001f600"), ("{\"a\": \"e\"}", "{\"a\": \"e\"}"),
    ]],
    *[("path_of_url", *pair) for pair in [
        ("https://www.example.com/a/b?c=/d#/e", "/a/b"), ("https://example.com", "/"),
        ("https://example.com?a", "/"),
        ("HTTP://example.com:80/\u00e9", "/\u00e9"), ("android-app://com.example/", "/"), ("/a/b", None),
        ("example.com/a", None), ("mailto:a@example.com", None), ("", None), (None, None),
    ]],
    *[("composed", *pair) for pair in [
        (" e\u0301 ", " \xe9 "), ("plain", "plain"), ("", ""), (None, None),
    ]],
    *[("as_points", *pair) for pair in [
        ("12.12345678", Decimal("12.12345678")), ("-0.00000001", Decimal("-0.00000001")),
        ("9" * 10, Decimal("9" * 10)), ("9" * 11, None),
        ("1_0", None), ("NaN", None), (None, None),
    ]],
    *[("as_integer", *pair) for pair in [
        ("12", 12), ("12.0", 12), ("12.", 12), ("12.5", None), ("-3", -3), (" 7 ", 7), ("007", 7),
        ("1e3", None), ("1_000", None),
        ("9" * 18, int("9" * 18)), ("9" * 19, None), ("NaN", None), ("infinity", None), ("", None),
        ("12.05", None), (None, None),
    ]],
    *[("as_boolean", *pair) for pair in [
        ("true", True), ("FALSE", False), (" True ", True), ("maybe", None), ("", None), ("2", None),
        (None, None),
    ]],
    *[("as_utc_timestamp", *pair) for pair in [
        ("2026-03-01 10:00:00", at(2026, 3, 1, 10)), ("2026-03-01T10:00:00Z", at(2026, 3, 1, 10)),
        ("2026-03-01T10:00:00+02:00", at(2026, 3, 1, 8)), ("2026-03-01 10:00:00-08", at(2026, 3, 1, 18)),
        ("2026-01-01T00:30:00+05:30", at(2025, 12, 31, 19)),
        ("2026-03-01T10:00:00.123456Z", at(2026, 3, 1, 10, 0, 0, 123456)),
        ("2026-03-01", at(2026, 3, 1)), (" 2026-03-01 10:00:00 ", at(2026, 3, 1, 10)),
        *[
            (f"{blank}{written}{blank}", instant)
            for blank in (*" \t\n\f\r", " \t ")
            for written, instant in [
                ("2026-03-01", at(2026, 3, 1)), ("2026-03-01 10:00", at(2026, 3, 1, 10)),
                ("2026-03-01 10:00:00.5", at(2026, 3, 1, 10, 0, 0, 500000)),
                ("2026-03-01T10:00:00Z", at(2026, 3, 1, 10)),
                ("2026-03-01T10:00:00+02:00", at(2026, 3, 1, 8)),
            ]
        ],
        ("\u00a02026-03-01", None), ("2026-03-01\u00a0", None), ("2026-03-01 10:00\u2003", None),
        ("0001-01-01", at(1, 1, 1)),
        ("9999-12-31 23:59:59.999999", at(9999, 12, 31, 23, 59, 59, 999999)),
        ("0000-12-31", None), ("10000-01-01", None), ("2026-02-30", None), ("2026-13-01", None),
        ("2026-03-01 25:00:00", None),
        ("infinity", None), ("-infinity", None), ("epoch", None), ("31-10-2026", None), ("20260301", None),
        ("yesterday", None), ("", None),
        (None, None),
    ]],
    *[("as_date", *pair) for pair in [
        ("2026-03-01", date(2026, 3, 1)), ("2026-03-01T00:30:00+02:00", date(2026, 2, 28)),
        ("2026-03-01 ", date(2026, 3, 1)), ("\t2026-03-01\r", date(2026, 3, 1)),
        ("2026-02-30", None), (None, None),
    ]],
    *[("json_object", *pair) for pair in [
        ('{"a": 1}', '{"a": 1}'), ("{}", "{}"), ("[1]", None), ('"text"', None), ("1", None), ("null", None),
        ("{bad", None), ("", None), (None, None),
    ]],
    *[("email_address", *pair) for pair in [
        (" Lena@Example.COM ", "lena@example.com"), ("JOSÉ@x.nl", "josé@x.nl"), ("", None), ("  ", None),
        (None, None),
    ]],
    *[("can_be_address", *pair) for pair in [
        ("a@x.nl", True), ("a.b+c@sub.x.nl", True), ("o'brien@x.nl", True), ("é@ü.nl", True),
        ("a@.x.nl", True), ("a@x.nl.", True),
        ("not an address", False), ("a@x.nl; b@x.nl", False), ("a@x.nl,b@x.nl", False), ("a;b@x.nl", False),
        ("a", False), ("x.nl", False), ("@x.nl", False), ("a@", False), ("a@x", False), ("a@.nl", False),
        ("a@nl.", False), ("a@.", False), ("a@b@x.nl", False), ("a@@x.nl", False), ("a b@x.nl", False),
        ("a@x .nl", False), ("a@x.nl ", False), ("a@x.nl\n", False), ("a\tb@x.nl", False),
        ("a@x\x0b.nl", False),
        ("a\xa0b@x.nl", False), ("a@x\u2009y.nl", False), ("a@x\u3000y.nl", False), ("a\x85b@x.nl", False),
        ("a@x.nl\u2028", False), ("", False), (None, None),
    ]],
]  # fmt: skip

# Years outside 0001-9999 can't be read, wherever an offset takes them.
YEARS_OUTSIDE = ["2026-03-01 (BC)", "9999-12-31 23:00:00-08:00", "0001-01-01 00:00:00+05:00"]

# JSON objects, paths of keys, and the text found there.
JSON: list[tuple[dict[str, Any] | str | None, list[str], str | None]] = [
    ({"a": "x"}, ["a"], "x"), ({"a": {"b": {"c": "x"}}}, ["a", "b", "c"], "x"), ({"a": "x"}, ["b"], None),
    ({"a": None}, ["a"], None),
    ({"a": {"b": "x"}}, ["a", "b", "c"], None), ({"a.b": "x", "a": {"b": "y"}}, ["a.b"], "x"),
    # At each level what is left of the name is a key first, then its first part; one that is there counts.
    ({"a.b": "x", "a": {"b": "y"}}, ["a", "b"], "x"), ({"a.b": "x"}, ["a", "b"], "x"),
    ({"a.b": None, "a": {"b": "y"}}, ["a", "b"], None), ({"a": {"b": "y"}}, ["a", "b"], "y"),
    ({"a.b.c": "x", "a": {"b.c": "y", "b": {"c": "z"}}}, ["a", "b", "c"], "x"),
    ({"a": {"b.c": "y", "b": {"c": "z"}}}, ["a", "b", "c"], "y"),
    ({"a": {"b.c": None, "b": {"c": "z"}}}, ["a", "b", "c"], None),
    ({"a": {"b": {"c": "z"}}}, ["a", "b", "c"], "z"), ({"a.b": {"c": "z"}}, ["a", "b", "c"], None),
    ({"a": "flat", "a.b": {"c": "z"}}, ["a", "b", "c"], None), ({"a.": "x"}, ["a", ""], "x"),
    ({".b": "x", "": {"b": "y"}}, ["", "b"], "x"), ({"a/b.~": "x"}, ["a/b", "~"], "x"),
    ({"a": {"b": ""}}, ["a", "b"], ""), ({"it's.b": "x"}, ["it's", "b"], "x"),
    ({'say "hi"': "x"}, ['say "hi"'], "x"), ({"it's": "x"}, ["it's"], "x"),
    ({"a/b": "x", "a": {"b": "y"}}, ["a/b"], "x"),
    ({"~0": "x", "~": "y"}, ["~0"], "x"), ({"~1": "x", "/": "y"}, ["~1"], "x"),
    ({"a": "x", "*": "y"}, ["*"], "y"), ({"a": "x"}, ["*"], None),
    ({"back\\slash": "x"}, ["back\\slash"], "x"), ({"Plan": "x", "plan": "y"}, ["Plan"], "x"),
    ({"Plan": "x", "plan": "y"}, ["plan"], "y"),
    ({"$": "x"}, ["$"], "x"), ({"a b": "x"}, ["a b"], "x"), ({"é😀": "x"}, ["é😀"], "x"),
    ({"[0]": "x"}, ["[0]"], "x"), ({"": "x"}, [""], "x"),
    ({"{{ a }}": "x"}, ["{{ a }}"], "x"), ({"a": "line\nbreak \"q\" \\"}, ["a"], "line\nbreak \"q\" \\"),
    ({"a": True}, ["a"], "true"),
    ('{"a": 12}', ["a"], "12"), ('{"a": 1.5}', ["a"], "1.5"), ('{"a": {"b": 1}}', ["a"], '{"b":1}'),
    ('{"a": [1, 2]}', ["a"], "[1,2]"),
    ({"a": LONG}, ["a"], LONG), (None, ["a"], None),
    # A number is written out however it is written; a text that looks like one stays.
    *[('{"a": N, "b": {"c": N}}'.replace("N", number), path, written)
      for path in (["a"], ["b", "c"])
      for number, written in [
        ("1.50", "1.5"), ("1e2", "100.0"), ("1E5", "100000.0"), ("-2.5e-3", "-0.0025"), ("1e-7", "0.0000001"),
        ("-12345678.9", "-12345678.9"), ("1e10", "10000000000.0"), ("1e21", "1000000000000000000000"),
        ("1.5e22", "15000000000000000000000"), ("-1e30", "-1" + "0" * 30),
        ("0.30000000000000004", "0.30000000000000004"),
        ("9" * 40, "9" * 40), ("100000000000000000000", "100000000000000000000"),
        ("2.5e-300", "0." + "0" * 299 + "25"),
        ('"1E5"', "1E5"), ('"1.0E30"', "1.0E30"), ('"1e-7"', "1e-7"), ('"007"', "007"), ('"1.50"', "1.50"),
    ]],
]  # fmt: skip

# JSON objects, paths of keys, and the elements found there; a value is an array of one.
ELEMENTS: list[tuple[str | None, list[str], list[str | None] | None]] = [
    ('{"a": ["x", "y"]}', ["a"], ["x", "y"]), ('{"a": "x"}', ["a"], ["x"]), ('{"a": 7}', ["a"], ["7"]),
    ('{"a": []}', ["a"], []), ('{"a": ["[\\"x\\"]", "it\'s", ""]}', ["a"], ['["x"]', "it's", ""]),
    ('{"a": "[1, 2]"}', ["a"], ["[1, 2]"]),
    ('{"a": [null, true, [1, 2], {"b": 1}]}', ["a"], [None, "true", "[1,2]", '{"b":1}']),
    ('{"a": [1e30, "1e30", 1e2, 7.0, "7.0"]}', ["a"], ["1" + "0" * 30, "1e30", "100.0", "7.0", "7.0"]),
    ('{"a.b": ["x"], "a": {"b": ["y"]}}', ["a", "b"], ["x"]), ('{"a": {"b": ["y"]}}', ["a", "b"], ["y"]),
]  # fmt: skip

# Values, and the fields in their braces.
BRACES = [
    ("{score.fit}", "score.fit"), (" { contact.attributes.a b } ", "contact.attributes.a b"),
    ("{{x}}", "{x}"), ("{a}|{b}", "a}|{b"), ("score.fit", None), ("{", None), ("}", None), ("{}", None),
    ("{ }", None), ("{}}", None), ('{"a": 1}', None),
    ('{ "a": 1}', None), ("x{a}", None), ("{a}x", None), ("", None),
]  # fmt: skip

# Instants, months and microseconds, and the instant that they lead to.
HOUR = 3_600_000_000
DURATIONS: list[tuple[str, int | None, int | None, datetime | None]] = [
    ("2026-08-31 12:00:00", 6, 0, at(2027, 2, 28, 12)), ("2027-08-31 12:00:00", 6, 0, at(2028, 2, 29, 12)),
    ("2024-02-29 00:00:00", 12, 0, at(2025, 2, 28)),
    ("2026-01-31 00:00:00", 1, 0, at(2026, 2, 28)), ("2026-01-31 00:00:00", 2, 0, at(2026, 3, 31)),
    ("2026-12-31 23:59:59.999999", 0, 1, at(2027, 1, 1)),
    # 24 hours, also on the night when clocks are put forward: everything is UTC.
    ("2026-03-28 12:00:00", 0, 24 * HOUR, at(2026, 3, 29, 12)),
    ("2026-01-31 23:00:00", 1, 2 * HOUR, at(2026, 3, 1, 1)),
    ("2026-01-01 00:00:00", None, 0, None), ("2026-01-01 00:00:00", 0, None, None),
]  # fmt: skip

# What the clock reads in a zone; in spring an hour is skipped, in autumn one comes twice.
LOCAL: list[tuple[str, str, datetime]] = [
    ("2026-03-29 00:59:59", "Europe/Amsterdam", at(2026, 3, 29, 1, 59, 59)),
    ("2026-03-29 01:00:00", "Europe/Amsterdam", at(2026, 3, 29, 3)),
    ("2026-10-25 00:30:00", "Europe/Amsterdam", at(2026, 10, 25, 2, 30)),
    ("2026-10-25 01:30:00", "Europe/Amsterdam", at(2026, 10, 25, 2, 30)),
    ("2026-06-30 22:00:00", "Europe/Amsterdam", at(2026, 7, 1)),
    ("2026-01-01 00:00:00", "America/New_York", at(2025, 12, 31, 19)),
    ("2026-01-01 00:00:00", "UTC", at(2026, 1, 1)),
    ("2026-01-01 00:00:00", "Asia/Kathmandu", at(2026, 1, 1, 5, 45)),
]  # fmt: skip

# The first instant of a day in a zone: where clocks are put forward or back at midnight too.
FIRST_INSTANTS: list[tuple[str, str, datetime]] = [
    ("2026-05-01", "UTC", at(2026, 5, 1)), ("2026-05-01", "Europe/Amsterdam", at(2026, 4, 30, 22)),
    ("2026-03-29", "Europe/Amsterdam", at(2026, 3, 28, 23)),
    ("2026-03-30", "Europe/Amsterdam", at(2026, 3, 29, 22)),
    ("2026-10-26", "Europe/Amsterdam", at(2026, 10, 25, 23)),
    ("2026-01-01", "America/New_York", at(2026, 1, 1, 5)),
    ("9999-12-31", "America/New_York", at(9999, 12, 31, 5)),
    ("2018-11-04", "America/Sao_Paulo", at(2018, 11, 4, 3)),
    ("2011-12-30", "Pacific/Apia", at(2011, 12, 30, 10)),
    ("2025-11-02", "America/Havana", at(2025, 11, 2, 4)), ("2024-10-27", "Atlantic/Azores", at(2024, 10, 27)),
]  # fmt: skip

# Conditions on the age, operator and value, and the ages at which they may begin or cease to hold.
AGES: list[tuple[list[tuple[str, str | None]], list[int]]] = [
    ([], []), ([("is set", None)], [0]), ([("<", "30")], [0, 30, 31]),
    ([(">=", "30"), ("<=", "50")], [0, 30, 31, 50, 51]),
    ([("!=", "17.5")], [0, 18]), ([("in", "-1| 7 |8.0|1e1")], [0, 7, 8, 9, 10, 11]), ([("<", "-0.5")], [0]),
    ([(">", "29.99999999999")], [0, 30, 31]), ([(">", "1e27"), ("=", "10000"), ("=", "9999")], [0]),
]  # fmt: skip
BIRTHS: list[tuple[str | None, int | None]] = [
    ("1996-10-30", 30), ("1996-10-31", 30), ("1996-11-01", 29), ("1996-02-29", 30), ("2026-10-31", 0),
    ("2026-11-01", None), ("0001-01-01", 2025), (None, None),
]  # fmt: skip
# When somebody born on a day is of the age from 30 on, at the end of whose version.
THIRTIETHS: list[tuple[str, str, datetime | None]] = [
    ("'1996-02-29'", "null", at(2026, 2, 28)), ("'1996-05-01'", "null", at(2026, 5, 1)),
    ("'1980-05-01'", "null", at(2020, 1, 1)), ("'1996-05-01'", "timestamp '2026-05-01 00:00:00'", None),
    ("'9970-01-01'", "null", None), ("null", "null", None),
]  # fmt: skip

# Conditions: (field, SQL of what the row has, operator, configured value, whether it holds).
TEXT, NUMBER, WHOLE, FLAG = (
    "event.page_path",
    "transaction.amount",
    "contact.company_size",
    "event.is_machine",
)
INSTANT, DAY, KEY = "event.occurred_at", "contact.birth_date", "event.properties.Plan"
SAMPLES = {
    TEXT: ("'a'", "a"), NUMBER: ("cast(1 as decimal(38, 10))", "1"), WHOLE: ("cast(1 as bigint)", "1"),
    FLAG: ("true", "true"),
    INSTANT: ("timestamp '2026-01-01 00:00:00'", "2026-01-01"), DAY: ("date '2026-01-01'", "2026-01-01"),
    KEY: ("'a'", "a"),
}  # fmt: skip
SQL_TYPES = {
    TEXT: "string", NUMBER: "decimal(38, 10)", WHOLE: "bigint", FLAG: "boolean", INSTANT: "timestamp",
    DAY: "date", KEY: "string",
}  # fmt: skip
BY_NULL = {"is not set", "!=", "not in", "not contains"}
EQUALITY, ORDER = ["=", "!=", "in", "not in", "is set", "is not set"], ["<", "<=", ">", ">="]
WORDS = ["contains", "not contains", "starts with", "ends with", "matches"]
OPERATORS = {
    TEXT: EQUALITY + ORDER + WORDS, KEY: EQUALITY + ORDER + WORDS, NUMBER: EQUALITY + ORDER,
    WHOLE: EQUALITY + ORDER,
    FLAG: EQUALITY, INSTANT: EQUALITY + ORDER, DAY: EQUALITY + ORDER,
}  # fmt: skip
CONDITIONS: list[tuple[str, str, str, str, bool]] = [
    # A row without a value, and a row with the very value that is configured, for every operator and type.
    *[(field, f"cast(null as {SQL_TYPES[field]})", operator, SAMPLES[field][1], operator in BY_NULL)
      for field, operators in OPERATORS.items() for operator in operators],
    *[(field, SAMPLES[field][0], operator, SAMPLES[field][1],
       operator in {"=", "in", "<=", ">=", "is set", "contains", "starts with", "ends with", "matches"})
      for field, operators in OPERATORS.items() for operator in operators],
    # Text: case counts, nothing is a wildcard, an empty text is there.
    (TEXT, "'Pricing'", "=", "pricing", False), (TEXT, "'/pricing'", "contains", "ric", True),
    (TEXT, "'/pricing'", "contains", "RIC", False),
    (TEXT, "'/pricing'", "contains", "%", False), (TEXT, "'50%_'", "ends with", "%_", True),
    (TEXT, "'/pricing'", "starts with", "/p", True),
    (TEXT, "'/pricing'", "starts with", "_p", False), (TEXT, "''", "is set", "", True),
    (TEXT, "'b'", "not contains", "a", True),
    (TEXT, "'/blog/1'", "matches", "^/blog/[0-9]+$", True),
    (TEXT, "'/blog/x'", "matches", "^/blog/[0-9]+$", False),
    (TEXT, "'a/blog/1b'", "matches", "/blog/[0-9]", True), (TEXT, "'Director'", "matches", "(?i)^dir", True),
    (TEXT, text("a\\b"), "matches", "\\\\", True),
    # `$` is the end of the text, and only `\\n` ends a line.
    (TEXT, text("a\n"), "matches", "a$", False), (TEXT, text("a$"), "matches", "a[$]$", True),
    (TEXT, text("a$b"), "matches", "a\\$b", True), (TEXT, text("a\rb"), "matches", "a.b", True),
    (TEXT, text("a\nb"), "matches", "a.b", False), (TEXT, text("]$"), "matches", "^[]$]+$", True),
    (TEXT, "'b'", "in", "a|b|c", True), (TEXT, "'a|b'", "in", "a|b", False),
    (TEXT, "'d'", "not in", "a|b|c", True), (TEXT, "'a'", "not in", "a|b", False),
    (TEXT, "'b'", ">", "a", True), (TEXT, "'B'", ">", "a", False),
    # Text and a plain number: as numbers where both are, else as text. Only plain numbers are more or less.
    *[(field, text(value), operator, wanted, holds)
      for field in (TEXT, KEY)
      for value, wanted, holds in [
        ("7", "7", True), ("7", "7.0", True), ("7.00", "7", True), ("7.50", "7.5", True),
        ("7.05", "7.5", False),
        ("70", "7", False), ("7", "70", False), ("-0", "0", True), ("0.00", "-0.0", True),
        ("-7", "-7.0", True),
        ("-7", "7", False), ("007", "7", False), ("7", "007", False), ("007", "007", True),
        ("02138", "2138", False),
        ("2138", "02138", False), ("219E01", "2190", False), ("2190", "219E01", False),
        ("1E5", "100000", False),
        ("+7", "7", False), (" 7", "7", False), ("7 ", "7", False), ("7.", "7", False), (".5", "0.5", False),
        ("1_0", "10", False), ("0x10", "16", False), ("NaN", "NaN", True), ("Infinity", "inf", False),
        ("\uff17", "7", False), ("7\n", "7", False), ("", "0", False), ("x", "1", False), ("-", "0", False),
        ("1.0000000000000000001", "1", False), ("12345678901234567890", "12345678901234567891", False),
        ("9" * 40, "9" * 40, True), ("9" * 40 + ".0", "9" * 40, True), ("9" * 39 + "8", "9" * 40, False),
        ("9" * 400, "9" * 400, True), ("9" * 400, "7", False),
      ]
      for operator, holds in [("=", holds), ("!=", not holds), ("in", holds), ("not in", not holds),
      ("has", holds)]
      if not (field == KEY and operator == "has")],
    *[(TEXT, text(value), operator, wanted, operator in holding.split())
      for value, wanted, holding in [
        ("10", "9", "> >="), ("7.0", "7", "<= >="), ("-1", "0", "< <="), ("-0", "0", "<= >="),
        ("6.9", "7", "< <="),
        ("(none)", "3", ""), ("", "3", ""), ("ten", "9", ""), ("nan", "1", ""), ("inf", "1", ""),
        ("02138", "1", ""),
        ("219E01", "5", ""), ("+7", "5", ""), (" 7", "5", ""), ("1_0", "5", ""), ("7.", "5", ""),
        ("1e400", "5", ""),
        ("0.30000000000000004", "0.3", "> >="), ("9007199254740993", "9007199254740992", "> >="),
        ("9" * 40, "5", "> >="), ("-" + "9" * 40, "5", "< <="), ("9" * 400, "5", "> >="),
        ("5", "9" * 40, "< <="),
        ("9" * 40, "9" * 40, "<= >="), ("0.1234567891", "0.1234567890", "> >="),
        # Not plain: as text.
        ("10", "9a", "< <="), ("b", "07", "> >="), ("1", "07", "> >="), ("B", "b", "< <="),
      ]
      for operator in ORDER],
    (TEXT, "'1.0'", "in", "7|1", True), (TEXT, "'7'", "in", "007|8", False),
    (TEXT, "'8'", "not in", "007|8.0", False),
    (KEY, "'12'", "<", "100", True), (KEY, "'true'", "=", "true", True),
    (KEY, "'[1,2]'", "contains", "1,", True),
    # Numbers are exact.
    (NUMBER, "cast('0.3' as decimal(38, 10))", "=", "0.3", True),
    (NUMBER, "cast('250.01' as decimal(38, 10))", ">", "250", True),
    (NUMBER, "cast(250 as decimal(38, 10))", ">", "250", False),
    (NUMBER, "cast(1000 as decimal(38, 10))", "=", "1e3", True),
    (NUMBER, "cast(5 as decimal(38, 10))", "in", "1| 5 |9", True),
    (NUMBER, "cast(-1 as decimal(38, 10))", "<", "0", True),
    (WHOLE, "cast(50 as bigint)", ">=", "49.5", True), (WHOLE, "cast(50 as bigint)", "=", "50.0", True),
    # Booleans.
    (FLAG, "false", "=", "true", False), (FLAG, "false", "!=", "true", True),
    (FLAG, "true", "in", "false|true", True), (FLAG, "true", "=", " TRUE ", True),
    # Instants: an offset counts; a date is its midnight.
    (INSTANT, "timestamp '2026-01-01 10:00:00'", "=", "2026-01-01T12:00:00+02:00", True),
    (INSTANT, "timestamp '2026-01-01 10:00:00'", "<", "2026-01-01T11:00:00+02:00", False),
    (INSTANT, "timestamp '2026-01-01 00:00:00'", ">", "2026-01-01", False),
    (INSTANT, "timestamp '2026-01-01 00:00:00.000001'", ">", "2026-01-01", True),
    (DAY, "date '1990-05-01'", "<", "1990-05-02", True),
    (DAY, "date '1990-05-01'", "in", "1990-05-01|1991-01-01", True),
    *[(TEXT, text(value), "=", value, True) for value in NASTY if value.strip()],
    *[(TEXT, text(f"a{value}b"), "contains", value, True) for value in NASTY if value.strip()],
    *[(TEXT, "'other'", "in", f"{value}|other", True) for value in NASTY if 1 < len(value) < 1000],
]  # fmt: skip

# Conditions on arrays: (JSON object, path of keys, operator, configured value, whether it holds).
WITHIN_ARRAYS: list[tuple[str | None, list[str], str, str, bool]] = [
    (document, ["tags"], operator, value, holds == (operator == "has"))
    for operator in ("has", "has not")
    for document, value, holds in [
        ('{"tags": ["vip", "b2b"]}', "vip", True), ('{"tags": ["vip", "b2b"]}', "vi", False),
        ('{"tags": ["VIP"]}', "vip", False), ('{"tags": "vip"}', "vip", True),
        ('{"tags": "a vip"}', "vip", False),
        ('{"tags": []}', "vip", False), ('{"tags": null}', "vip", False), ("{}", "vip", False),
        (None, "vip", False),
        ('{"tags": [null]}', "null", False), ('{"tags": [null, "vip"]}', "vip", True),
        # Elements are compared as `=` does.
        ('{"tags": [7, 8]}', "7.0", True), ('{"tags": ["7.0"]}', "7", True),
        ('{"tags": ["007"]}', "7", False),
        ('{"tags": [1e2]}', "100", True), ('{"tags": ["1e2"]}', "100", False),
        ('{"tags": ["1e2"]}', "1e2", True),
        ('{"tags": 7}', "7.0", True), ('{"tags": [["a"]]}', "a", False), ('{"tags": [["a"]]}', '["a"]', True),
        ('{"tags": "[\\"a\\"]"}', "a", False), ('{"tags": "[\\"a\\"]"}', '["a"]', True),
        ('{"tags": [true]}', "true", True), ('{"tags": ["it\'s; --"]}', "it's; --", True),
        ('{"tags": ["a|b"]}', "a|b", True), ('{"tags": ["a"]}', "a|b", False),
    ]
]  # fmt: skip

# Clauses: (what the row has, the clauses, whether they hold). One is enough, all of its rows must hold.
A, B, C = (("event.page_path", "=", "a"), ("event.form_id", "=", "b"), ("event.email_id", "is set", ""))
CLAUSES = [
    ({"page_path": "a"}, [[A]], True), ({"page_path": "a"}, [[A, B]], False),
    ({"page_path": "a", "form_id": "b"}, [[A, B]], True),
    ({"form_id": "b"}, [[A], [B]], True), ({"page_path": "a"}, [[A, B], [C]], False),
    ({"email_id": "e"}, [[A, B], [C]], True), ({}, [[A], [B], [C]], False),
]  # fmt: skip

# Operators of segments, as of 2026-10-31 11:00 UTC: (type, the field, operator, duration, whether it holds).
WITHIN: list[tuple[str, str, str, str, bool]] = [
    *[("timestamp", f"timestamp '{instant}'", "within last", length, holds) for instant, length, holds in [
        ("2026-10-31 11:00:00", "1 minute", True), ("2026-10-31 11:00:00.000001", "1 minute", False),
        ("2026-10-31 10:59:00", "1 minute", False), ("2026-10-31 10:59:00.000001", "1 minute", True),
        ("2026-09-30 11:00:00", "1 month", False), ("2026-09-30 11:00:00.000001", "1 month", True),
        ("2026-02-28 11:00:00.000001", "8 months", True), ("1026-10-31 11:00:00.000001", "1000 years", True),
    ]],
    *[("timestamp", f"timestamp '{instant}'", "within next", length, holds) for instant, length, holds in [
        ("2026-10-31 11:00:00", "1 hour", True), ("2026-10-31 10:59:59.999999", "1 hour", False),
        ("2026-10-31 12:00:00", "1 hour", False), ("2026-10-31 11:59:59.999999", "1 hour", True),
        ("2027-02-28 10:59:59.999999", "4 months", True), ("2027-02-28 11:00:00", "4 months", False),
    ]],
    # A day begins at midnight; that of as_of is within next all the same.
    *[(kind, given.format(day), operator, length, holds)
      for kind, given in [("date", "date '{}'"), ("text", "'{}'"), ("text", "' {} '")]
      for day, operator, length, holds in [
        ("2026-10-31", "within last", "11 hours", False), ("2026-10-31", "within last", "12 hours", True),
        ("2026-11-01", "within last", "1 week", False), ("2026-10-30", "within last", "1 day", False),
        ("2026-10-31", "within next", "1 minute", True), ("2026-11-01", "within next", "13 hours", False),
        ("2026-11-01", "within next", "14 hours", True), ("2026-10-30", "within next", "1 week", False),
        ("1990-10-31", "anniversary within next", "13 hours", True),
        ("1990-10-31", "anniversary within next", "12 hours", False),
        ("1990-11-06", "anniversary within next", "7 days", True),
        ("1990-11-07", "anniversary within next", "7 days", False),
        ("1990-10-30", "anniversary within next", "364 days", False),
        ("1990-10-30", "anniversary within next", "1 year", True),
        ("1990-10-30", "anniversary within next", "5 years", True),
        ("2090-01-31", "anniversary within next", "3 months", False),
        ("2090-01-30", "anniversary within next", "3 months", True),
        ("2000-02-29", "anniversary within next", "4 months", False),
        ("2000-02-29", "anniversary within next", "121 days", True),
        ("2000-02-28", "anniversary within next", "120 days", False),
        ("2000-03-01", "anniversary within next", "121 days", False),
    ]],
    *[("text", given, operator, "1 day", holds) for given, operator, holds in [
        ("'2026-10-31T12:30:00+02:00'", "within last", True),
        ("'2026-10-30T11:00:00Z'", "within last", False),
        ("'2026-11-01T13:00:00+02:00'", "within next", False), ("'2026-10-31 11:00:00'", "within next", True),
        ("'1970-10-31T23:59:59'", "anniversary within next", True),
        ("'1970-11-01T01:00:00+02:00'", "anniversary within next", True),
    ]],
    *[("text", given, operator, "1000 years", False)
      for given in ("cast(null as string)", "'soon'", "'2026-02-30'", "''", "'1793444400'", "'2026'")
      for operator in ("within last", "within next", "anniversary within next")],
]  # fmt: skip

# Two fields: (type and SQL of the one, operator, type and SQL of the other, whether it holds).
TWO: list[tuple[str, str, str, str, str, bool]] = [
    *[("decimal", "cast(5 as decimal(38, 10))", operator, kind, other, holds)
      for operator, kind, other, holds in [
        ("=", "integer", "cast(5 as bigint)", True), ("<", "text", "'5.5'", True),
        (">", "text", "'five'", False),
        ("!=", "text", "'five'", True), ("not in", "text", "cast(null as string)", True),
        ("in", "text", "'5.0'", True), (">=", "text", "cast(null as string)", False),
    ]],
    *[("text", "'10'", operator, "text", other, holds) for operator, other, holds in [
        (">", "'9'", True), ("=", "'10.0'", True), ("<", "'x'", True), ("contains", "'0'", True),
        ("not contains", "'0'", False), ("not contains", "cast(null as string)", True),
        ("starts with", "'1'", True), ("ends with", "'1'", False),
        ("ends with", "cast(null as string)", False),
    ]],
    ("text", "'007'", "=", "text", "'7'", False), ("text", "'007'", "<", "text", "'9'", False),
    ("text", "'7'", "=", "text", "'7.00'", True), ("text", "'1E5'", "<", "text", "'2F'", True),
    ("integer", "cast(7 as bigint)", "=", "text", "'007'", False),
    ("integer", "cast(7 as bigint)", "not in", "text", "' 7'", True),
    ("text", "'x'", "<", "text", "'10'", False), ("text", "'x'", "!=", "text", "'10'", True),
    ("text", "'b'", ">", "text", "'a'", True), ("text", "cast(null as string)", "!=", "text", "'a'", True),
    ("text", "cast(null as string)", "=", "text", "cast(null as string)", False),
    # A day on either side: days on both.
    *[("date", "date '2026-03-01'", operator, kind, other, holds) for operator, kind, other, holds in [
        ("=", "timestamp", "timestamp '2026-03-01 23:00:00'", True), ("<", "date", "date '2026-03-02'", True),
        ("=", "text", "'2026-03-01T23:00:00-05:00'", False), (">=", "text", "' 2026-03-01'", True),
        ("!=", "text", "'soon'", True), ("<", "text", "'soon'", False),
    ]],
    *[("timestamp", "timestamp '2026-03-01 10:00:00'", operator, kind, other, holds)
      for operator, kind, other, holds in [
        ("=", "text", "'2026-03-01'", True), ("=", "text", "'2026-03-01T11:00:00+01:00'", True),
        ("<", "text", "'2026-03-01T10:00:00.000001'", True), ("=", "text", "'2026-02-30'", False),
        (">", "timestamp", "timestamp '2026-03-01 09:59:59'", True),
    ]],
    ("text", "'2026-03-01'", "=", "text", "'2026-03-01T10:00:00Z'", True),
    ("text", "'2026-03-01T10:00:00Z'", "<", "text", "'2026-03-02'", True),
    ("text", "'2026-03-01'", "<", "text", "'soon'", False),
    ("text", "'2026-02-30'", "=", "text", "'2026-02-30'", True),
    *[("boolean", "true", operator, kind, other, holds) for operator, kind, other, holds in [
        ("=", "boolean", "true", True), ("=", "text", "' TRUE '", True), ("=", "text", "'yes'", False),
        ("!=", "text", "'yes'", True), ("in", "text", "'false'", False),
    ]],
]  # fmt: skip

# Texts, words, and whether these stand there, whole.
WORDS_HELD = [
    ("CEO", "ceo", True), ("ceo", "CEO", True), ("Director", "CTO", False), ("Product Owner", "owner", True),
    ("Assistant to the CEO", "CEO", True), ("CEO's", "CEO", True), ("CEO_2", "CEO", False),
    ("2CEO", "CEO", False),
    ("CEO2", "CEO", False), ("co-owner", "owner", True), ("co owner", "Co-Owner", False),
    ("\xdcCEO", "CEO", False),
    ("CEO\xfc", "CEO", False), ("\xc9DITEUR", "\xe9diteur", True), ("C++ developer", "C++", True),
    ("C++", "C", True),
    ("C+", "C++", False), ("xCEO, CEO", "CEO", True), ("a.b", "a.b", True), ("axb", "a.b", False),
    ("[head]", "[head]", True),
    ("a\\Eb", "a\\Eb", True), ("\u0663CEO", "CEO", False), ("\xb2CEO", "CEO", True),
    ("CEO\nCTO", "CTO", True),
    (None, "CEO", None), ("", "CEO", False),
]  # fmt: skip

# Amounts, rates, and what comes out: halves of the eighth decimal away from zero.
CONVERTED = [
    ("10", "1.5", "15"), ("-10", "1.5", "-15"), ("0.00000001", "0.5", "0.00000001"),
    ("-0.00000001", "0.5", "-0.00000001"),
    ("0.00000001", "0.4999999999", "0"), ("-0.00000001", "0.4999999999", "0"), ("0.0000000033", "1.5", "0"),
    ("99.99", "0.0000377123", "0.00377085"),
    ("123456789012345678.1234567891", "1", "123456789012345678.12345679"),
    ("123456789012345678.1234567891", "1.0000000001", "123456789024691357.02469136"),
    ("999999999999999999", "1.0000000001", None), ("-999999999999999999", "999999999", None),
    ("999999999", "999999999", "999999998000000001"), ("0", "5", "0"), (None, "5", None), ("5", None, None),
]  # fmt: skip

# Anything else: (expression in Jinja, what it gives).
OTHERS: list[tuple[str, Any]] = [
    ("{{ as_of() }}", at(2026, 10, 31, 11)),
    ("{{ microseconds_between(\"timestamp '2026-01-01'\", \"timestamp '2026-01-02 00:00:00.000001'\") }}",
     86_400_000_001),
    ("{{ microseconds_between(\"timestamp '2026-01-01'\", 'cast(null as timestamp)') }}", None),
    ("{{ microseconds_between(\"timestamp '1970-01-01'\", \"timestamp '1969-12-31 23:59:59'\") }}",
     -1_000_000),
    ("{{ beginning_of_time() }}", at(1, 1, 1)),
    ("{{ end_of_time() }}", at(9999, 12, 31, 23, 59, 59, 999_999)),
    ("(select count(distinct n) from (select {{ row_count() }} as n from (values (1), (1)) as t(v)))", 2),
    ("(select min(n) > 0 from (select {{ row_count() }} as n from (values (1), (1)) as t(v)))", True),
    ("(select list_sort(array_agg(part)) from (select contact_key as part from ({{ spark_walks("
     "'select 1 as contact_key', 'select * from (values (1, 2), (2, 1), (2, 3), (3, 1), (4, 5)) "
     "as t(contact_key, other_key)') }}) as walked))", [1, 2, 3]),
    *[(f"(select {{{{ published_score('p') }}}} from (select cast({points} as decimal(38, 8)) as p) as s)",
       Decimal(score)) for points, score in [
        ("0", "0"), ("1.005", "1.01"), ("-1.005", "-1.01"), ("1.00499999", "1"), ("0.00499999", "0"),
        ("1000000000", "1000000000"), ("1000000000.005", "1000000000.01"),
        ("-1000000000.00500001", "-1000000000.01"), ("123456789012345678901.005", "123456789012345678901.01"),
    ]],
    # Models count on both: nulls are passed over.
    ("least(null, timestamp '2026-01-02', timestamp '2026-01-01')", at(2026, 1, 1)),
    ("least(cast(null as timestamp), cast(null as timestamp))", None),
    ("{{ days_between(\"date '2026-02-27'\", \"date '2026-03-01'\") }}", 2),
    ("greatest(timestamp '2026-02-27 00:00:00', null, timestamp '2026-03-01 00:00:00')", at(2026, 3, 1)),
    ("greatest(cast(null as timestamp), null)", None),
    ("{{ instant_of_epoch('1767348000') }}", at(2026, 1, 2, 10)),
    ("{{ instant_of_epoch('1767348000123') }}", at(2026, 1, 2, 10, 0, 0, 123000)),
    ("{{ instant_of_epoch('cast(1767348000.25 as decimal(18, 6))') }}", at(2026, 1, 2, 10, 0, 0, 250000)),
    ("{{ instant_of_epoch('cast(1767348000123 as double)') }}", at(2026, 1, 2, 10, 0, 0, 123000)),
    ("{{ instant_of_epoch('-86400') }}", at(1969, 12, 31)),
    ("{{ instant_of_epoch('99999999999999999') }}", None),
    ("{{ instant_of_epoch('cast(null as bigint)') }}", None),
    ("{{ as_bounded('cast(12.5 as double)') }}", Decimal("12.5")),
    ("{{ as_bounded('cast(1e30 as double)') }}", None),
    ("date '2026-02-27' + cast(2 as integer)", date(2026, 3, 1)),
    ("{{ instant_as_utc(\"timestamptz '2026-01-01 12:00:00+02:00'\") }}", at(2026, 1, 1, 10)),
    ("{{ cell_text(\"{'a': 1, 'b': ['x']}\", 'nested') }}", '{"a":1,"b":["x"]}'),
    ("(select list_sort(array_agg(part)) from (select {{ explode_split(\"'a|b||c'\", '|') }} as part))",
     ["", "a", "b", "c"]),
    ("(select array_agg(part) from (select {{ explode_present(\"1, null, 3, null\") }} as part))", [1, 3]),
    ("(select count(*) from (select {{ explode_present('null, null') }} as part))", 0),
    ("(select array_agg(step) from (select {{ explode_range(\"3\") }} as step))", [0, 1, 2, 3]),
    ("array_append({{ list_of(\"'a'\") }}, 'b')", ["a", "b"]),
    ("(select columns(*) from (select r.* {{ except_columns(['b']) }} from (select 1 as a, 2 as b) as r))",
     1),
    ("(select {{ joined_values('v', ', ', 'p', 2) }} from (values ('b', 2), ('a', 1), ('c', 3)) as t(v, p))",
     "a, b"),
    ("(select {{ joined_values('v', \"it's\", 'v', 9) }} from (values ('b'), ('a')) as t(v))", "ait'sb"),
    # Of a column: a pattern that stands in the SQL itself is read before the query runs.
    *[("(select {{ regexp_is_valid('p') }} from (values (" + text(pattern) + ")) as v(p))", valid)
      for pattern, valid in [("a(b", False), ("[", False), ("*", False), ("^a[0-9]+$", True), ("", True)]],
    ("(select percentile_cont(0.4) within group (order by cast(x as double)) "
     "from (values (1), (2), (3), (4), (10)) as v(x))", 2.6),
    ("(select {{ row_json(['a', 'b', 'c'], 'r') }} from (select 1 as a, 'it''s \"x\"' as b, null as c) as r)",
     '{"a":1,"b":"it\'s \\"x\\"","c":null}'),
    # Decimals below a millionth are written out; a text that looks like one stays.
    ("(select {{ row_json(['a', 'b', 'c', 'd'], 'r') }} from (select cast('0' as decimal(18, 8)) as a, "
     "cast('0.00000001' as decimal(18, 8)) as b, cast('-0.00000012' as decimal(28, 8)) as c, "
     "'\":0E-8,' as d) as r)",
     '{"a":0.00000000,"b":0.00000001,"c":-0.00000012,"d":"\\":0E-8,"}'),
    ("{{ id_prefix('rule', \"'a:b%c'\") }}", "rule:a%3Ab%25c:"),
    *[("'{{ field_in_braces(" + jinja(value) + ") or '-' }}'", name or "-") for value, name in BRACES],
    *[("(select {{ field_in_braces_sql('v') }} from (select " + text(value) + " as v) as s)", name)
      for value, name in BRACES],
    *[("'{{ tojson(dependency_levels(" + jinja(needs) + ")) }}'", json.dumps(levels)) for needs, levels in [
        ({}, []), ({"a": []}, [["a"]]),
        ({"a": ["b"], "b": ["c"], "c": [], "d": []}, [["c", "d"], ["b"], ["a"]]),
        ({"a": ["a"], "b": [], "c": ["a"]}, [["b"]]),
    ]],
    *[("'{{ tojson(circles(" + jinja(edges) + ")) }}'", json.dumps(found)) for edges, found in [
        ([["a", "b"], ["b", "c"], ["a", "c"]], []), ([["a", "a", 1]], [["a", "a", 1, "a -> a"]]),
        ([["a", "b"], ["b", "a"], ["c", "a"], ["b", "d"]],
         [["a", "b", "a -> b -> a"], ["b", "a", "b -> a -> b"]]),
        # The shortest way back.
        ([["a", "b"], ["b", "c"], ["c", "a"], ["b", "a"]],
         [["a", "b", "a -> b -> a"], ["b", "c", "b -> c -> a -> b"], ["c", "a", "c -> a -> b -> c"],
          ["b", "a", "b -> a -> b"]]),
    ]],
    ("{{ literal(none) }}", None),
    ("{{ number_literal('ten') }}", None), ("{{ timestamp_literal('soon') }}", None),
    ("{{ timestamp_literal(' 2026-03-01 ') }}", at(2026, 3, 1)),
    *[("{{ literal(" + jinja(value) + ") }}", value) for value in NASTY],
    *[("(select {{ quoted_identifier(NAME) }} from (select 7 as {{ quoted_identifier(NAME) }}))"
       .replace("NAME", jinja(name)), 7)
      for name in ["a b", 'say "hi"', "it's", "event.properties.x", "{{ x }}", "select"]],
    *[("'{{ type_class(" + jinja(name) + ") }}'", kind) for name, kind in [
        ("VARCHAR", "text"), ("DECIMAL(18,3)", "decimal"), ("BIGINT", "integer"), ("HUGEINT", "integer"),
        ("DOUBLE", "float"), ("BOOLEAN", "boolean"), ("DATE", "date"), ("JSON", "json"),
        ("TIMESTAMP", "timestamp"), ("TIMESTAMP_NS", "timestamp"),
        ("TIMESTAMP WITH TIME ZONE", "timestamptz"), ("VARCHAR[]", "nested"),
        ("STRUCT(a INTEGER)", "nested"), ("MAP(VARCHAR, INTEGER)", "nested"), ("UUID", "other"),
        ("BLOB", "other"),
    ]],
    ("{{ within('cast(null as integer)', '0', '10') }}", None), ("{{ within('11', '0', '10') }}", 10),
    ("{{ within('-1', '0', '10') }}", 0),
    ("{{ within('-1', 'null', '10') }}", -1), ("{{ within('5', '0', 'null') }}", 5),
    *[("(select {{ in_band('" + score + "', 'b') }} from (select " + band + ") as b)", inside)
      for score, band, inside in [
        ("45", "45 as above, null as from_score, null as up_to, null as below", False),
        ("45.01", "45 as above, null as from_score, null as up_to, null as below", True),
        ("0", "null as above, 0 as from_score, 0 as up_to, null as below", True),
        ("0", "null as above, null as from_score, null as up_to, 0 as below", False),
        ("-9", "null as above, null as from_score, null as up_to, null as below", True),
    ]],
    *[("(select {{ comparison_holds('m', 'r') }} from (select " + measured + " as m, '" + comparator
       + "' as comparator, 2 as threshold, 4 as threshold_high) as r)", holds)
      for measured, comparator, holds in [
          ("2", ">=", True), ("2", ">", False), ("2", "<=", True), ("2", "<", False), ("2", "=", True),
          ("2", "between", True), ("4", "between", True),
          ("5", "between", False),
      ]],
    *[("(select [x_months, x_microseconds] from (select {{ duration_columns('d', 'x') }} from (select "
       + text(given) + " as d)))", parts)
      for given, parts in [
          ("6 months", [6, 0]), ("1 year", [12, 0]), ("2 years", [24, 0]), ("90 minutes", [0, 5_400_000_000]),
          ("1 hour", [0, HOUR]),
          ("3 days", [0, 72 * HOUR]), (" 2 weeks ", [0, 336 * HOUR]), (None, [None, None]),
      ]],
    # Column names ignore case, keys of JSON don't.
    *[("'{{ json_field_name(" + jinja(key) + ") }}'", name) for key, name in [
        ("Plan", '"^plan"'), ("plan", '"plan"'), ("^plan", '"^^plan"'), ('say "hi"', '"say ""hi"""'),
    ]],
]  # fmt: skip


def cases() -> Iterator[tuple[str, str, Any]]:
    """Every case: its name, its SQL with Jinja in it, and what comes out."""
    for macro, given, expected in READING:
        yield (
            f"{macro}: {given!r}",
            f"select {{{{ {macro}({jinja('r.v')}) }}}} from (select {text(given)} as v) as r",
            expected,
        )
    for document, path, expected in JSON:
        given = document if document is None or isinstance(document, str) else json.dumps(document)
        yield (
            f"json_text: {path} of {given}",
            f"select {{{{ json_text('r.v', {jinja(path)}) }}}} from (select {text(given)} as v) as r",
            expected,
        )
    for document, path, elements in ELEMENTS:
        yield (
            f"json_elements: {path} of {document}",
            f"select {{{{ json_elements('r.v', {jinja(path)}) }}}} from (select {text(document)} as v) as r",
            elements,
        )
    for document, path, operator, value, holds in WITHIN_ARRAYS:
        named = ".".join(["event.properties", *path])
        condition = jinja({"field": named, "operator": operator, "value": value})
        name = f"{{{{ field_definition(compared_field({condition})).name }}}}"
        elements_sql = f"{{{{ json_elements('d.v', {jinja(path)}) }}}}"
        found = f"(select {elements_sql} as {name} from (select {text(document)} as v) as d) as r"
        yield (
            f"{document} {path} {operator} {value}",
            f"select coalesce({{{{ condition_sql({condition}, 'r') }}}}, false) from {found}",
            holds,
        )
    for instant, months, microseconds, then in DURATIONS:
        parts = [
            f"timestamp '{instant}'",
            *("cast(null as bigint)" if part is None else str(part) for part in (months, microseconds)),
        ]
        yield (
            f"add_duration: {instant} {months} {microseconds}",
            f"select {{{{ add_duration({', '.join(map(jinja, parts))}) }}}}",
            then,
        )
    for instant, zone, then in LOCAL:
        literal = jinja(f"timestamp '{instant}'")
        yield f"local_time: {instant} {zone}", f"select {{{{ local_time({literal}, {jinja(zone)}) }}}}", then
    for day, zone, then in FIRST_INSTANTS:
        sql = f"select {{{{ first_instant('r.day', {jinja(zone)}) }}}} from (select date '{day}' as day) as r"
        yield f"first_instant: {day} {zone}", sql, then
    for conditions, ages in AGES:
        clause = [{"field": "contact.age", "operator": how, "value": value} for how, value in conditions]
        compared = f"ages_compared([{{'clauses': [{jinja(clause)}]}}])"
        yield f"ages_compared: {conditions}", f"select '{{{{ tojson({compared}) }}}}'", json.dumps(ages)
    for born, age in BIRTHS:
        given = f"(select cast({text(born)} as date) as day) as r"
        yield f"age_at_as_of: {born}", f"select {{{{ age_at_as_of('r.day') }}}} from {given}", age
    for born, ends, then in THIRTIETHS:
        version = (
            f"(select cast({born} as date) as birth_date, timestamp '2020-01-01 00:00:00' as valid_from, "
            f"cast({ends} as timestamp) as valid_to)"
        )
        aged = f"{{{{ cut_at_birthdays([0, 30], {jinja(version)}) }}}}"
        sql = f"select min(valid_from) from ({aged}) as aged where contact_age = 30"
        yield f"cut_at_birthdays: {born} {ends}", sql, then
    for field, row, operator, value, holds in CONDITIONS:
        condition = jinja({"field": field, "operator": operator, "value": value})
        relation = f"(select {row} as {{{{ field_definition({jinja(field)}).name }}}}) as r"
        yield (
            f"{field}: {row} {operator} {value}",
            f"select coalesce({{{{ condition_sql({condition}, 'r') }}}}, false) from {relation}",
            holds,
        )
    for kind, given, operator, length, holds in WITHIN:
        arguments = ", ".join(map(jinja, (operator, "r.v", kind, length)))
        yield (
            f"{operator}: {given} {length}",
            f"select coalesce({{{{ lies_within({arguments}) }}}}, false) from (select {given} as v) as r",
            holds,
        )
    for one, one_sql, operator, other, other_sql, holds in TWO:
        sides = [jinja({"sql": f"r.{name}", "type": kind}) for name, kind in (("v", one), ("w", other))]
        compared = f"two_sides_compared({sides[0]}, {jinja(operator)}, {sides[1]})"
        relation = f"(select {one_sql} as v, {other_sql} as w) as r"
        yield (
            f"{one_sql} {operator} {{{other_sql}}}",
            f"select coalesce({{{{ {compared} }}}}, false) from {relation}",
            holds,
        )
    for texts, clauses, holds in CLAUSES:
        columns = ", ".join(
            f"{text(texts.get(name))} as event_{name}" for name in ("page_path", "form_id", "email_id")
        )
        wanted = jinja(
            [
                [dict(zip(("field", "operator", "value"), part, strict=True)) for part in clause]
                for clause in clauses
            ]
        )
        condition = f"{{{{ conditions_sql({wanted}, {{'event': 'r'}}) }}}}"
        sql = f"select coalesce({condition}, false) from (select {columns}) as r"
        yield f"clauses: {texts} {clauses}", sql, holds
    for title, words, are_held in WORDS_HELD:
        cells = f"{text(title)} as t, {text(words)} as w"
        held = f"select {{{{ holds_words('r.t', 'r.w') }}}} from (select {cells}) as r"
        yield f"words: {title!r} {words!r}", held, are_held
    for amount, rate, converted in CONVERTED:
        cells = ", ".join(
            f"cast({text(cell)} as decimal(38, 10)) as {n}"
            for n, cell in zip("ar", (amount, rate), strict=True)
        )
        sql = f"select {{{{ converted_amount('s.a', 's.r') }}}} from (select {cells}) as s"
        yield f"converted: {amount} {rate}", sql, None if converted is None else Decimal(converted)
    for expression, expected in OTHERS:
        yield expression, f"select {expression}", expected
    for given in YEARS_OUTSIDE:
        yield (
            f"year outside: {given}",
            f"select {{{{ as_utc_timestamp('r.v') }}}} is null from (select {text(given)} as v) as r",
            True,
        )


CASES = list(cases())


def together(statements: Iterable[str]) -> str:
    """Statements as one text, which one dbt command renders."""
    return BORDER.join(statements)


def apart(rendered: str) -> list[str]:
    """The statements of such a text."""
    return rendered.split(BORDER.strip())
