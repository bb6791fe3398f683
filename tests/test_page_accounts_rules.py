"""The pages of accounts and rules, against SQL on the marts; hostile titles; what isn't configured."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from demo_clone import Demo
from drawn_pages import charted, drawn, html_of, settings_of, texts_of
from leadscore.page import rules
from leadscore.page.accounts import SORTED_BY, Filter, found, listed
from leadscore.page.context import Context
from leadscore.page.options import PageOptions
from leadscore.page.published import Published, Row, publication_key
from leadscore.page.rule_words import OPERATORS, rule_in_words
from leadscore.page.rules import counted, state_of
from leadscore.page.words import Language, Words, texts
from streamlit.testing.v1 import AppTest

MODEL = "sales_readiness"
MATRIX = "sales_priority"
ACCOUNT = "a-051"
AS_OF = datetime(2026, 11, 1)
HOSTILE = "<b>Bo</b> [x](javascript:alert(1)) :red[y] $z$"


@pytest.fixture(scope="module")
def options(demo: Demo) -> PageOptions:
    return PageOptions(settings_of(demo.folder))


@pytest.fixture(scope="module")
def published(options: PageOptions) -> Published:
    return publication_of(options)


@pytest.fixture
def marts(options: PageOptions) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(options.settings.published_database), read_only=True) as connection:
        yield connection


def publication_of(options: PageOptions) -> Published:
    key = publication_key(options.settings)
    assert key is not None
    return Published(key)


def altered(demo: Demo, folder: Path, *statements: str) -> PageOptions:
    """The pages of a publication of one's own, in which something else stands."""
    shutil.copytree(demo.published, folder / "published")
    settings = settings_of(folder)
    with duckdb.connect(str(settings.published_database)) as connection:
        for statement in statements:
            connection.execute(statement)
    return PageOptions(settings)


def select(page: AppTest, key: str) -> Any:
    return next(one for one in page.selectbox if one.key == key)


@pytest.mark.parametrize(
    ("wanted", "condition"),
    [
        (Filter(MODEL), "true"),
        (Filter("email_warmth"), "true"),
        (Filter(MODEL, text="A-05"), "contains(account_id, 'a-05')"),
        (Filter(MODEL, text="HORECA"), "account_id in (from horeca)"),
        (Filter(MODEL, text="50%"), "false"),
        (Filter(MODEL, matrix_id=MATRIX, label="A1"), "account_id in (from a1)"),
        (Filter(MODEL, matrix_id=MATRIX, label="Z9"), "false"),
        (
            Filter(MODEL, text="horeca", matrix_id=MATRIX, label="A1"),
            "account_id in (from a1) and account_id in (from horeca)",
        ),
    ],
)
def test_a_filter_finds_the_accounts_that_it_says(
    published: Published, marts: duckdb.DuckDBPyConnection, wanted: Filter, condition: str
) -> None:
    expected = marts.execute(
        f"""
        with horeca as (select account_id from marts.dim_contacts where lower(company_name) like '%horeca%'),

        a1 as (
            select account_id
            from marts.score_matrix_labels
            inner join marts.dim_contacts using (contact_id)
            where label = 'A1' and account_id is not null
        )

        select account_id from marts.account_scores where model_id = ? and {condition}
        order by score_sum desc, account_id
        """,
        [wanted.model_id],
    ).fetchall()
    assert found(published, wanted) == len(expected)
    pages = [*listed(published, wanted), *listed(published, wanted, start=50)]
    assert [(row["account_id"],) for row in pages] == expected[:100]


@pytest.mark.parametrize("falling", [True, False])
@pytest.mark.parametrize("order", SORTED_BY)
def test_accounts_are_sorted(
    published: Published, marts: duckdb.DuckDBPyConnection, order: str, falling: bool
) -> None:
    direction = "desc nulls last" if falling else "asc nulls last"
    expected = marts.execute(
        f"""
        select account_id from marts.account_scores where model_id = ?
        order by {order} {direction}, account_id
        """,
        [MODEL],
    ).fetchall()
    rows = listed(published, Filter(MODEL), order, falling=falling)
    assert [(row["account_id"],) for row in rows] == expected[:50]


def test_an_account_has_its_contacts_by_band_and_label(
    options: PageOptions, marts: duckdb.DuckDBPyConnection
) -> None:
    page = drawn(options, "accounts", account_id=ACCOUNT, model="Sales readiness", account_text=ACCOUNT)
    assert not page.exception
    assert f"<h2>Linde Zorg ({ACCOUNT})</h2>" in html_of(page)
    [account] = page.dataframe[0].value.to_dict("records")
    contacts = marts.execute(
        """
        select contact_id, score::double, coalesce(band_title, band_id), label
        from marts.contact_scores
        inner join marts.dim_contacts using (contact_id)
        left join marts.score_matrix_labels using (contact_id)
        where model_id = ? and account_id = ?
        order by score desc, contact_id
        """,
        [MODEL, ACCOUNT],
    ).fetchall()
    assert len(contacts) > 5
    shown = page.dataframe[1].value[["contact_id", "score", "band", "label"]]
    assert [tuple(row) for row in shown.itertuples(index=False)] == contacts
    assert (account["contacts"], account["best_contact_id"]) == (len(contacts), contacts[0][0])
    assert account["in_labels"] == " · ".join(
        f"{label}: {sum(row[3] == label for row in contacts)}"
        for label in sorted({row[3] for row in contacts})
    )
    by_band = charted(page, "band", "contacts")
    assert [title for title, _ in by_band][:2] == ["Personal contact", "To approach"]
    assert by_band == [(title, sum(row[2] == title for row in contacts)) for title, _ in by_band]
    assert sum(number for _, number in by_band) == len(contacts)
    assert account["in_bands"] == " · ".join(f"{title}: {number}" for title, number in by_band if number)
    assert f"<div>Label: {contacts[0][3]}</div>" in html_of(page)


def test_the_matrix_has_all_its_cells(options: PageOptions, marts: duckdb.DuckDBPyConnection) -> None:
    page = drawn(options, "accounts")
    cells = charted(page, "down", "across", "label", "value")
    expected = marts.execute("select label, count(*) from marts.score_matrix_labels group by all").fetchall()
    assert {label: value for _, _, label, value in cells if value} == dict(expected)
    assert len(cells) == 15
    [highest] = [cell for cell in cells if cell[2] == "A1"]
    assert highest[:2] == ("Personal contact", "Warm lead")


def test_an_account_that_is_not_there_is_said(options: PageOptions) -> None:
    page = drawn(options, "accounts", account_id="a-051' or 1=1 --", account_text="nothing is called so")
    assert not page.exception
    assert "scores no account with this id" in texts_of(page)
    assert "No account meets this filter" in texts_of(page)


def test_what_is_chosen_is_opened_and_what_is_written_stays(
    options: PageOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[str, str]] = []
    rows: dict[str, Row] = {}

    def chosen_of(self: Context, shown: list[Row], name: str) -> Row | None:
        rows[name] = shown[1] if name != "contacts" else shown[0]
        return rows[name]

    monkeypatch.setattr(Context, "chosen_of", chosen_of)
    monkeypatch.setattr(Context, "go_to", lambda self, name, contact: opened.append((name, contact)))
    page = drawn(options, "accounts")
    account = next(field for field in page.text_input if field.key == "account_id")
    assert account.value == rows["accounts"]["account_id"]
    assert f"({account.value})" in html_of(page)
    assert opened == [("contact", rows["contacts"]["contact_id"])]
    account.set_value(ACCOUNT).run()
    assert f"({ACCOUNT})" in html_of(page)
    page = drawn(options, "rules", model="Sales readiness")
    assert f"<h2>{rows['rules']['rule']}</h2>" in html_of(page)
    assert opened[-1] == ("contact", rows["contacts"]["contact_id"])


@pytest.mark.parametrize("model_id", [MODEL, "email_warmth", "shoe_shop"])
def test_rules_are_counted_as_the_ledger_has_them(
    published: Published, marts: duckdb.DuckDBPyConnection, model_id: str
) -> None:
    expected = marts.execute(
        """
        with now as (
            select rule_id, contact_id, points from marts.fct_score_ledger
            where valid_from <= $2 and coalesce(valid_to > $2, true)
        )

        select
            rule_id,
            (select count(distinct contact_id) from now where now.rule_id = rules.rule_id),
            (select coalesce(sum(points), 0)::double from now where now.rule_id = rules.rule_id),
            (
                select max(valid_from) from marts.fct_rule_points
                where rule_id = rules.rule_id and valid_from <= $2
            )
        from marts.dim_scoring_rules as rules
        where model_id = $1
        """,
        [model_id, AS_OF],
    ).fetchall()
    rows = counted(published, model_id, AS_OF)
    assert len(expected) == len(rows) > 5
    told = {row["rule_id"]: (row["contacts"], row["points"], row["last_fired"]) for row in rows}
    assert told == {rule_id: tuple(rest) for rule_id, *rest in expected}
    for share, sign in (("share_for", 1), ("share_against", -1)):
        points = {row["rule_id"]: row["points"] for row in rows if row["points"] * sign > 0}
        shares = {row["rule_id"]: row[share] for row in rows if row[share] is not None}
        assert shares == {
            rule_id: pytest.approx(100 * number / sum(points.values()), abs=0.051)
            for rule_id, number in points.items()
        }


def test_what_a_rule_tells_about_a_conversion_is_shown(
    options: PageOptions, marts: duckdb.DuckDBPyConnection
) -> None:
    page = drawn(options, "rules", model="Sales readiness", rule_sales_readiness="Read a blog")
    select(page, "conversion").select("purchase").run()
    assert not page.exception
    shown = page.dataframe[0].value.set_index("rule").fillna(-1)
    effects = marts.execute(
        """
        select
            rules.title, coalesce(round(100 * with_rate, 2), -1), coalesce(round(100 * without_rate, 2), -1),
            coalesce(round(lift, 2), -1),
            case
                when with_observed = 0 then 'not seen yet' when log_odds_low > 0 then 'more conversions'
                when log_odds_high < 0 then 'fewer conversions' else 'can''t be told'
            end
        from marts.rule_effectiveness as effects inner join marts.dim_scoring_rules as rules using (rule_id)
        where conversion_id = 'purchase' and effects.model_id = ?
        """,
        [MODEL],
    ).fetchall()
    assert len({effect[-1] for effect in effects}) == 4
    for title, *effect in effects:
        assert shown.loc[title, ["with_rate", "without_rate", "lift", "tells"]].tolist() == effect
    [(observed, converted)] = marts.execute(
        "select with_observed, with_converted from marts.rule_effectiveness "
        "where conversion_id = 'purchase' and rule_id = 'ready_blog'"
    ).fetchall()
    assert f"After {observed:,} moments at which the rule counted, {converted:,} conversions" in texts_of(
        page
    )


def test_a_rule_says_for_whom_it_counts_most(options: PageOptions, marts: duckdb.DuckDBPyConnection) -> None:
    page = drawn(options, "rules", model="Sales readiness", rule_sales_readiness="Read a blog")
    shown = page.dataframe[1].value
    expected = marts.execute(
        """
        select ledger.contact_id, sum(points)::double as points, count(*), any_value(scores.score)::double
        from marts.fct_score_ledger as ledger
        inner join marts.contact_scores as scores using (contact_id, model_id)
        where
            rule_id = 'ready_blog' and ledger.valid_from <= $1 and coalesce(ledger.valid_to > $1, true)
        group by all
        order by points desc
        """,
        [AS_OF],
    ).fetchall()
    assert shown["points"].tolist() == [row[1] for row in expected[:20]]
    told = {row[0]: row for row in expected}
    for row in shown[["contact_id", "points", "entries", "score"]].itertuples(index=False):
        assert tuple(row) == told[row[0]]
    assert "<div>Adds 1 point for each activity of type page_view.</div>" in html_of(page)


def test_bars_show_the_rules_with_most_points(options: PageOptions, published: Published) -> None:
    page = drawn(options, "rules", model="Sales readiness")
    bars = charted(page, "rule", "points")
    rows = sorted(counted(published, MODEL, AS_OF), key=lambda row: -abs(row["points"]))
    assert sorted(bars) == sorted((row["title"], row["points"]) for row in rows[:15])
    assert [points for _, points in bars] == sorted((points for _, points in bars), reverse=True)


@pytest.mark.parametrize(
    ("rule", "state"),
    [
        ({"contacts": 1, "valid_to": AS_OF}, "counts"),
        ({"valid_from": AS_OF + timedelta(seconds=1)}, "not_begun"),
        ({"valid_from": AS_OF}, "never_fired"),
        ({"valid_to": AS_OF, "last_fired": AS_OF}, "ended"),
        ({"valid_to": AS_OF + timedelta(seconds=1), "last_fired": AS_OF}, "counts_for_nobody"),
        ({}, "never_fired"),
    ],
)
def test_a_rule_counts_or_it_is_said_why_not(rule: Row, state: str) -> None:
    nothing: Row = {"contacts": 0, "valid_from": None, "valid_to": None, "last_fired": None}
    assert state_of(nothing | rule, AS_OF) == state


def test_dead_rules_are_named(demo: Demo, tmp_path: Path) -> None:
    number = "(select rule_number from configuration.config_rules where rule_id = '{}')"
    dead = altered(
        demo,
        tmp_path,
        f"delete from store.int_ledger where rule_number = {number.format('ready_blog')}",
        "update store.int_ledger set valid_to = '2026-10-01' "
        f"where rule_number = {number.format('ready_region')}",
        "update configuration.config_rules set valid_to = '2026-09-01' where rule_id = 'ready_region'",
    )
    page = drawn(dead, "rules", model="Sales readiness", rule_sales_readiness="Read a blog")
    assert not page.exception
    assert "2 rules count for nobody now" in texts_of(page) and "It counts for nobody now" in texts_of(page)
    named = page.dataframe[0].value
    assert dict(zip(named["rule"], named["state"], strict=True)) == {
        "Read a blog": "never fired",
        "Lives or works near the office": "has ended",
    }
    table = page.dataframe[1].value.set_index("rule")
    assert table.loc["Read a blog", ["state", "contacts", "points"]].tolist() == ["never fired", 0, 0]
    healthy = drawn(dead, "rules", model="E-mail warmth")
    assert "Every rule that is in force counts for somebody" in texts_of(healthy)


BLANK: Row = {
    **dict.fromkeys(
        ("once_per", "limit_count", "limit_period", "decay", "decay_percent", "measure", "measure_field"),
    ),
    **dict.fromkeys(("comparator", "threshold", "threshold_high", "per_field", "per_step", "category")),
    **dict.fromkeys(("valid_from", "valid_to", "activity")),
    **{
        f"{name}_{unit}": 0
        for name in ("delay", "expires", "decay_every", "window")
        for unit in ("months", "microseconds")
    },
    "operation": "add",
    "points": Decimal("2.50000000"),
    "rule_trigger": "activity",
    "recurrence": "every",
    "evaluate_from": "window",
    "holds_when_empty": False,
}
WEEK = 7 * 24 * 3600 * 1_000_000


@pytest.mark.parametrize(
    ("rule", "conditions", "told"),
    [
        (
            {"activity": "page_view|download", "limit_count": 2, "limit_period": "week"},
            [("1", "event.page_path", "in", "/a|/b"), ("2", "contact.phone", "is set", None)],
            [
                "Adds 2.5 points for each activity of type page_view or download.",
                "Only activities count where event.page_path is one of “/a”, “/b”; "
                "or where contact.phone is filled in.",
                "At most 2 a week.",
            ],
        ),
        (
            {
                "activity": "transaction",
                "recurrence": "first",
                "operation": "set",
                "points": Decimal("-1200"),
                "delay_microseconds": 3 * WEEK // 7,
                "limit_count": 1,
                "valid_from": datetime(2026, 7, 1),
                "valid_to": datetime(2027, 1, 1, 12),
            },
            [],
            [
                "Sets the score to -1,200 points for a contact's first activity of type transaction.",
                "At most 1 for each contact.",
                "The points come 3 days later.",
                "From 2026-07-01 00:00 UTC on.",
                "Until 2027-01-01 12:00 UTC.",
            ],
        ),
        (
            {
                "activity": "transaction",
                "points": Decimal(-1),
                "operation": "subtract",
                "per_field": "transaction.amount",
                "per_step": Decimal("2.5"),
                "once_per": "transaction.transaction_id",
                "decay": "linear",
                "decay_percent": Decimal(10),
                "decay_every_microseconds": WEEK,
                "category": "purchases",
            },
            [],
            [
                "Takes 1 point away for each full 2.5 of transaction.amount "
                "for each activity of type transaction.",
                "Once for each value of transaction.transaction_id.",
                "After each period of 1 week, 10 % of the points goes.",
                "Category: purchases.",
            ],
        ),
        (
            {"activity": "call", "per_field": "event.properties.minutes", "expires_months": 18},
            [],
            [
                "Adds 2.5 points, times event.properties.minutes, for each activity of type call.",
                "They count for 18 months.",
            ],
        ),
        (
            {
                "rule_trigger": "window",
                "recurrence": "while",
                "activity": "transaction",
                "measure": "average",
                "measure_field": "transaction.amount",
                "comparator": "between",
                "threshold": Decimal(5),
                "threshold_high": Decimal("10.5"),
                "window_months": 24,
                "holds_when_empty": True,
            },
            [],
            [
                "Adds 2.5 points as long as the average of transaction.amount over activities "
                "of type transaction within 2 years is between 5 and 10.5 or equal to one of them.",
                "A new contact is judged after 2 years.",
            ],
        ),
        (
            {
                "rule_trigger": "window",
                "recurrence": "each",
                "activity": "call",
                "measure": "count_distinct",
                "measure_field": "event.page_path",
                "comparator": "<",
                "threshold": Decimal(3),
                "holds_when_empty": True,
            },
            [],
            [
                "Adds 2.5 points each time that it becomes true that the number of different values "
                "of event.page_path in activities of type call so far is less than 3.",
            ],
        ),
        (
            {"rule_trigger": "profile", "recurrence": "first"},
            [("1", "contact.country", "=", "NL"), ("1", "contact.city", "!=", "Breda")],
            ["Adds 2.5 points the first time that contact.country is “NL” and contact.city isn't “Breda”."],
        ),
        (
            {"rule_trigger": "profile", "recurrence": "while"},
            [],
            ["Adds 2.5 points as long as the contact exists."],
        ),
    ],
)
def test_a_rule_is_told_in_words(rule: Row, conditions: list[tuple[str, ...]], told: list[str]) -> None:
    rows = [dict(zip(("clause", "field", "operator", "value"), one, strict=True)) for one in conditions]
    assert rule_in_words(Words(Language.ENGLISH), BLANK | rule, rows) == told


def test_every_operator_and_every_rule_has_words(
    published: Published, marts: duckdb.DuckDBPyConnection
) -> None:
    allowed = marts.execute(
        """
        select distinct allowed from configuration.seed_cells
        where (seed, column_name) in (('rule_conditions', 'operator'), ('scoring_rules', 'comparator'))
        """
    ).fetchall()
    assert {operator for (listing,) in allowed for operator in listing.split(", ")} == set(OPERATORS)
    for language in Language:
        for (rule_id,) in marts.execute("select rule_id from marts.dim_scoring_rules").fetchall():
            conditions = published.rows(rules.CONDITIONS, rule_id)
            told = rule_in_words(Words(language), published.row(rules.RULE, rule_id), conditions)
            assert all(condition["field"] in "\n".join(told) for condition in conditions)
            assert "None" not in "\n".join(told)


def test_every_text_of_rules_is_used() -> None:
    folder = Path(rules.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("rule*.py"))
    built = {f"operator_{name}" for name in OPERATORS.values()}
    built |= {f"tells_{name}" for name in ("more", "less", "nothing", "unseen")}
    built |= {f"rule_{kind}{one}" for kind in ("adds", "takes", "sets") for one in ("", "_one")}
    built |= {f"rule_limit_{period}" for period in ("day", "week", "month", "year", "life")}
    built |= {f"rule_{measure}" for measure in ("count", "sum", "count_distinct", "average")}
    built |= {f"rule_{decay}" for decay in ("linear", "exponential")}
    built |= {
        f"duration_{unit}{one}"
        for unit in ("year", "month", "week", "day", "hour", "minute")
        for one in ("", "_one")
    }
    named = set(re.findall(r'"(rule_\w+)"', source)) - {"rule_id", "rule_trigger"}
    prefixes = ("rule_", "operator_", "tells_", "duration_")
    assert {key for key in texts(Language.ENGLISH) if key.startswith(prefixes)} == built | named


def test_titles_are_data(demo: Demo, tmp_path: Path) -> None:
    quoted = HOSTILE.replace("'", "''")
    hostile = altered(
        demo,
        tmp_path,
        f"update marts.account_scores set account_id = '{quoted}' where account_id = '{ACCOUNT}'",
        f"update store.int_contacts set account_id = '{quoted}' where account_id = '{ACCOUNT}'",
        f"update store.int_profiles set account_id = '{quoted}', company_name = '{quoted}', "
        f"first_name = '{quoted}' where account_id = '{ACCOUNT}'",
        f"update configuration.config_matrix_cells set label = '{quoted}' where label = 'A1'",
        f"update configuration.config_bands set title = '{quoted}' where band_id = 'warm'",
        f"update marts.dim_score_bands set title = '{quoted}' where band_id = 'warm'",
        f"update configuration.config_rules set title = '{quoted}', description = '{quoted}', "
        f"category = '{quoted}' where rule_id = 'ready_blog'",
        f"update configuration.config_conditions set value = '{quoted}' where owner_id = 'ready_blog'",
        f"update configuration.config_conversions set title = '{quoted}'",
        "delete from store.int_ledger where rule_number = "
        "(select rule_number from configuration.config_rules where rule_id = 'ready_no_open')",
        f"update configuration.config_rules set title = '{quoted}' where rule_id = 'ready_no_open'",
    )
    page = drawn(hostile, "accounts", account_id=HOSTILE, account_text="JAVASCRIPT", model="Sales readiness")
    assert not page.exception
    assert page.dataframe[0].value["account_id"].tolist() == [HOSTILE]
    assert page.dataframe[1].value["label"].iloc[0] == HOSTILE
    rule = f"{HOSTILE} (ready_blog)"
    ruled = drawn(hostile, "rules", model="Sales readiness", rule_sales_readiness=rule)
    assert not ruled.exception
    assert "1 rule counts for nobody now" in texts_of(ruled)
    assert ruled.dataframe[0].value["rule"].tolist() == [f"{HOSTILE} (ready_no_open)"]
    for one in (page, ruled):
        assert "javascript" not in texts_of(one)
        assert "<b>" not in html_of(one) and "&lt;b&gt;Bo&lt;/b&gt;" in html_of(one)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            Language.ENGLISH,
            ("No account is scored", "No matrix is configured", "No conversion is configured"),
        ),
        (Language.DUTCH, ("Er is geen account", "Er is geen matrix", "Er is geen conversie")),
    ],
)
def test_what_is_not_configured_is_said(
    demo: Demo, tmp_path: Path, language: Language, told: tuple[str, str, str]
) -> None:
    options = altered(
        demo,
        tmp_path,
        "delete from configuration.config_matrix_cells",
        "delete from marts.rule_effectiveness",
        "delete from configuration.config_conversions",
        "delete from marts.account_scores where model_id = 'shoe_shop'",
        "delete from configuration.config_rules where model_id = 'shoe_shop'",
    )
    bare = PageOptions(options.settings, language)
    no_accounts, no_matrix, no_conversion = told
    shop = "Customer engagement of a shoe shop"
    page = drawn(bare, "accounts", model=shop)
    assert not page.exception and no_accounts in texts_of(page) and not page.dataframe
    page = drawn(bare, "accounts", model="Sales readiness", account_id=ACCOUNT)
    assert not page.exception and no_matrix in texts_of(page)
    assert len(page.dataframe) == 2 and "label" not in page.dataframe[1].value
    assert "in_labels" not in page.dataframe[0].value
    page = drawn(bare, "rules", model=shop)
    assert not page.exception and "scoring_rules.csv" in texts_of(page) and not page.dataframe
    page = drawn(bare, "rules", model="Sales readiness", rule_sales_readiness="Read a blog")
    assert not page.exception and no_conversion in texts_of(page)
    assert "lift" not in page.dataframe[0].value


def test_nothing_scored_is_no_mistake(demo: Demo, tmp_path: Path) -> None:
    empty = altered(
        demo,
        tmp_path,
        *(
            f"delete from store.{table}"
            for table in ("int_ledger", "int_scores", "int_contacts", "int_profiles")
        ),
        "delete from marts.account_scores",
    )
    page = drawn(empty, "accounts")
    assert not page.exception and "No account is scored" in texts_of(page)
    page = drawn(empty, "rules", model="Sales readiness", rule_sales_readiness="Read a blog")
    assert not page.exception
    assert "19 rules count for nobody now" in texts_of(page) and "No points count now" in texts_of(page)


def test_of_several_matrices_one_is_chosen(demo: Demo, tmp_path: Path) -> None:
    several = altered(
        demo,
        tmp_path,
        """
        insert into configuration.config_matrix_cells by name
        select 'another' as matrix_id, columns(* exclude (matrix_id)) from configuration.config_matrix_cells
        where label = 'A1'
        """,
        f"update store.int_contacts set account_id = '{ACCOUNT}' where survivor_key = contact_key",
        f"update marts.account_scores set contacts = 1952 where account_id = '{ACCOUNT}'",
    )
    page = drawn(several, "accounts", account_id=ACCOUNT, model="Customer relation")
    assert len(charted(page, "down", "across", "label", "value")) == 1
    assert "The 100 with the highest score of 1,952" in texts_of(page)
    assert len(page.dataframe[1].value) == 100
    select(page, "matrix").select(MATRIX).run()
    assert len(charted(page, "down", "across", "label", "value")) == 15
