"""The pages, drawn without a browser: what they show of a publication, filters, edits, hostile names."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from string import Formatter

import duckdb
import pytest
from demo_clone import Demo
from drawn_pages import button, drawn, field, html_of, settings_of, texts_of
from leadscore.errors import LeadscoreError
from leadscore.page import launch
from leadscore.page.app import PAGES
from leadscore.page.contact import STEPS_OF_A_STRETCH, STRETCHES, thinned
from leadscore.page.contacts import COLUMNS, Filter, as_file, found, listed
from leadscore.page.options import PageOptions
from leadscore.page.overview import bin_width
from leadscore.page.published import Published, publication_key
from leadscore.page.trial import EDITED
from leadscore.page.words import Language, Words, texts
from leadscore.page.working import run_command
from leadscore.settings import Settings

MODEL = "sales_readiness"
HOSTILE = "<b>Bo</b> [x](javascript:alert(1)) :red[y] $z$"
FORMULA = "=1+1"


@pytest.fixture(scope="module")
def options(demo: Demo) -> PageOptions:
    return PageOptions(settings_of(demo.folder))


@pytest.fixture(scope="module")
def published(options: PageOptions) -> Published:
    key = publication_key(options.settings)
    assert key is not None
    return Published(key)


@pytest.fixture
def marts(options: PageOptions) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(options.settings.published_database), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_drawn_in_every_language(options: PageOptions, name: str, language: Language) -> None:
    page = drawn(PageOptions(options.settings, language), name, contact="c-00529")
    assert not page.exception
    assert page.dataframe


def test_the_overview_tells_what_is_published(options: PageOptions, marts: duckdb.DuckDBPyConnection) -> None:
    page = drawn(options)
    assert not page.exception
    [(scored,)] = marts.execute(
        "select value from marts.run_summary where metric = 'contacts_scored'"
    ).fetchall()
    assert f"As of 2026-11-01 00:00 UTC · {scored:,} contacts are scored" in texts_of(page)
    [model] = [one for one in page.selectbox if one.key == "model"]
    model.select(MODEL).run()
    assert not page.exception
    rose = page.dataframe[0].value
    [(largest,)] = marts.execute(
        """
        select max(scores.score - earlier.score)
        from marts.contact_scores as scores
        inner join (
            select contact_id, arg_max(score, snapshot_date) as score from marts.score_snapshots
            where model_id = ? and snapshot_date < date '2026-10-25' group by all
        ) as earlier on scores.contact_id = earlier.contact_id
        where scores.model_id = ?
        """,
        [MODEL, MODEL],
    ).fetchall()
    assert rose["change"].iloc[0] == float(largest)
    assert rose["why"].str.len().min() > 0


@pytest.mark.parametrize(
    ("wanted", "condition"),
    [
        (Filter(MODEL), "true"),
        (Filter(MODEL, low=50), "score >= 50"),
        (Filter(MODEL, low=-10, high=50), "score between -10 and 50"),
        (Filter(MODEL, bands=("cold", "warm")), "band_id in ('cold', 'warm')"),
        (
            Filter(MODEL, segment_id="best_customers"),
            "contact_id in (from best)",
        ),
        (Filter(MODEL, account_id="a-075"), "account_id = 'a-075'"),
        (Filter(MODEL, text="DE VRIES"), "contains(lower(name), 'de vries')"),
        (Filter(MODEL, text="c-0052"), "contact_id like '%c-0052%'"),
        (Filter(MODEL, text="50% off"), "false"),
        (
            Filter(MODEL, low=20, text="@example.com", account_id="a-075"),
            "score >= 20 and account_id = 'a-075'",
        ),
    ],
)
def test_a_filter_finds_whom_it_says(
    published: Published, marts: duckdb.DuckDBPyConnection, wanted: Filter, condition: str
) -> None:
    expected = marts.execute(
        f"""
        with best as (select contact_id from marts.segment_members where segment_id = 'best_customers')

        select contact_id
        from marts.contact_scores
        inner join (
            select contact_id, account_id, first_name || ' ' || last_name as name from marts.dim_contacts
        ) as people using (contact_id)
        where model_id = '{MODEL}' and {condition}
        order by score desc, contact_id
        """
    ).fetchall()
    assert found(published, wanted) == len(expected)
    first = listed(published, wanted, ["contact_id"], "score", falling=True)
    assert [(row["contact_id"],) for row in first] == expected[:50]
    later = listed(published, wanted, ["contact_id"], "score", falling=True, start=50)
    assert [(row["contact_id"],) for row in later] == expected[50:100]


def test_the_filter_is_in_the_address(options: PageOptions) -> None:
    page = drawn(options, "contacts", text="vries", model="Sales readiness")
    assert not page.exception
    names = page.dataframe[0].value["name"]
    assert len(names) and names.str.lower().str.contains("vries").all()
    [text] = [one for one in page.text_input if one.key == "text"]
    text.set_value("nobody is called so").run()
    assert "Nobody meets this filter" in texts_of(page)


def test_a_contact_is_told_as_explain_tells_it(
    options: PageOptions, marts: duckdb.DuckDBPyConnection
) -> None:
    page = drawn(options, "contact", contact="c-00529", model="Sales readiness")
    assert not page.exception
    assert "<h1>Hanna de Vries</h1>" in html_of(page)
    expected = marts.execute(
        "select score::double from marts.contact_scores where contact_id = 'c-00529' order by model_id"
    ).fetchall()
    assert sorted(page.dataframe[0].value["score"]) == sorted(score for (score,) in expected)
    entries = marts.execute(
        "select asset from marts.fct_score_ledger where contact_id = 'c-00529' and model_id = ? "
        "and valid_from <= timestamp '2026-11-01'",
        [MODEL],
    ).fetchall()
    happened = page.dataframe[1].value
    assert len(happened) == min(len(entries), 200)
    shown = set(happened["asset"].dropna())
    assert shown and shown <= {asset for (asset,) in entries}


@pytest.mark.parametrize("contact", ["nobody", "<b>", "", "c-00529' or 1=1 --"])
def test_who_is_not_there_is_said(options: PageOptions, contact: str) -> None:
    page = drawn(options, "contact", contact=contact)
    assert not page.exception
    assert "Enter a contact_id" in texts_of(page)
    assert "<b>" not in html_of(page)


def test_names_are_data(tmp_path: Path, demo: Demo) -> None:
    shutil.copytree(demo.published, tmp_path / "published")
    settings = settings_of(tmp_path)
    with duckdb.connect(str(settings.published_database)) as connection:
        connection.execute(
            "update store.int_profiles set first_name = ?, company_name = ? where contact_id = 'c-00529'",
            [HOSTILE, FORMULA],
        )
    page = drawn(PageOptions(settings), "contact", contact="c-00529")
    assert not page.exception
    assert HOSTILE not in texts_of(page)
    assert "<b>" not in html_of(page) and "&lt;b&gt;Bo&lt;/b&gt;" in html_of(page)
    listing = drawn(PageOptions(settings), "contacts", text="javascript")
    assert listing.dataframe[0].value["name"].iloc[0].startswith(HOSTILE)
    assert HOSTILE not in texts_of(listing)
    key = publication_key(settings)
    assert key is not None
    file = as_file(
        Published(key), Filter(MODEL, text="javascript"), ["contact_id", "company_name"], "score", True
    )
    assert file.decode("utf-8-sig").splitlines() == ["contact_id,company_name", f"c-00529,'{FORMULA}"]


def test_nothing_published_says_what_to_do(tmp_path: Path) -> None:
    page = drawn(PageOptions(settings_of(tmp_path)))
    assert not page.exception
    assert "No publication yet" in texts_of(page) and "leadscore demo" in texts_of(page)


def test_an_edit_is_made_shows_after_scoring_and_is_taken_back(tmp_path: Path, demo: Demo) -> None:
    folder = demo.copied(tmp_path / "demo")
    options = PageOptions(settings_of(folder))
    page = drawn(options, "contact", contact="c-00529", model="Sales readiness")
    before = page.dataframe[0].value.set_index("model").loc["Sales readiness", "score"]
    field(page, "points").set_value("-7,5")
    field(page, "note").set_value("Met at the fair")
    button(page, "Edit").click().run()
    assert not page.exception
    assert "The edit is stored" in texts_of(page), html_of(page)
    button(page, "Score now").click().run(timeout=120)
    assert not page.exception
    assert "Scored and published" in texts_of(page), html_of(page)
    page = drawn(options, "contact", contact="c-00529", model="Sales readiness")
    edits = next(table.value for table in page.dataframe if "adjustment_id" in table.value)
    assert edits["note"].tolist() == ["Met at the fair"]
    after = page.dataframe[0].value.set_index("model").loc["Sales readiness", "score"]
    with duckdb.connect(str(options.settings.published_database), read_only=True) as connection:
        [(points,)] = connection.execute(
            "select sum(points)::double from marts.fct_score_ledger where entry_type = 'manual' "
            "and contact_id = 'c-00529' and note = 'Met at the fair'"
        ).fetchall()
    assert (points, edits["status"].tolist()) == (-7.5, ["counts"]) and after != before
    button(page, "Take back").click().run()
    assert "is taken back" in texts_of(page), html_of(page)


def test_a_long_history_is_drawn_with_its_highs_and_lows() -> None:
    steps = [{"at": str(place), "score": place % 97, "kind": "so far"} for place in range(10_000)]
    steps[4_321]["score"], steps[8_765]["score"] = 500, -500
    drawn_steps = thinned(steps)
    assert len(drawn_steps) <= STRETCHES * STEPS_OF_A_STRETCH
    assert {-500, 500} <= {step["score"] for step in drawn_steps}
    assert [drawn_steps[0], drawn_steps[-1]] == [steps[0], steps[-1]]
    assert sorted(drawn_steps, key=lambda step: int(step["at"])) == drawn_steps
    assert thinned(steps[:600]) == steps[:600]


def test_how_far_a_command_has_come_is_told(tmp_path: Path, demo: Demo) -> None:
    settings = settings_of(demo.copied(tmp_path / "demo"))
    told: list[tuple[float, str]] = []
    done = run_command(settings, "run", watch=lambda share, doing: told.append((share, doing)))
    assert done.succeeded, done.message
    assert "progress" not in done.message
    assert {doing.split(":")[0] for _, doing in told} >= {"Scoring", "Publishing"}
    shares = [share for share, doing in told if doing.startswith("Scoring")]
    assert shares == sorted(shares) and 0 <= shares[0] < shares[-1] <= 1


def test_what_the_command_refuses_is_said(tmp_path: Path, demo: Demo) -> None:
    options = PageOptions(settings_of(demo.copied(tmp_path / "demo")))
    page = drawn(options, "contact", contact="c-00529")
    field(page, "points").set_value("many")
    field(page, "note").set_value("no number")
    button(page, "Edit").click().run()
    assert "are no points" in html_of(page)


def test_a_page_that_only_shows_has_no_forms(options: PageOptions) -> None:
    page = drawn(PageOptions(options.settings, is_read_only=True), "contact", contact="c-00529")
    assert not page.exception
    assert not page.button
    assert "--read-only" in texts_of(page)


def test_all_languages_have_all_texts_with_the_same_values() -> None:
    english = texts(Language.ENGLISH)
    for language in Language:
        assert list(texts(language)) == list(english), language
        for key, text in texts(language).items():
            assert _values(text) == _values(english[key]), (language, key)


def test_every_text_that_a_page_asks_for_is_there_and_no_other() -> None:
    known = set(texts(Language.ENGLISH))
    source = "\n".join(path.read_text(encoding="utf-8") for path in Path(launch.__file__).parent.glob("*.py"))
    asked = set(re.findall(r"words\(\s*['\"](\w+)['\"]", source))
    asked |= {key for one in re.findall(r'several\(.*?, "(\w+)"\)', source) for key in (one, f"{one}_one")}
    asked |= set(re.findall(r'"(nothing_\w+|nobody_moved|rose|fell)"', source))
    asked |= {f"{start}{seed}" for seed in EDITED for start in ("", "no_")}
    assert asked <= known
    built: tuple[str, ...] = (
        *("column_", "published_", "page_", "problem_", "email_", "state_", "operation_"),
        *("tells_", "rule_", "operator_", "duration_", "ago_", "kind_", "metric_", "moves_", "preset_"),
    )
    assert {key for key in known if not key.startswith(built)} <= asked
    assert {f"column_{name}" for name in COLUMNS} <= known
    assert {f"page_{name}" for name in PAGES} <= known


def test_numbers_are_written_as_the_language_does() -> None:
    assert Words(Language.ENGLISH).number(1234567.5, 1) == "1,234,567.5"
    assert Words(Language.DUTCH).number(1234567.5, 1) == "1.234.567,5"


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (timedelta(seconds=-3), "Published 0 minutes ago."),
        (timedelta(seconds=61), "Published 1 minute ago."),
        (timedelta(minutes=119), "Published 119 minutes ago."),
        (timedelta(hours=47), "Published 47 hours ago."),
        (timedelta(days=1200), "Published 1,200 days ago."),
    ],
)
def test_the_age_of_a_publication_is_told(age: timedelta, told: str) -> None:
    assert Words(Language.ENGLISH).age(age) == told


@pytest.mark.parametrize(
    ("low", "high", "width"), [(0, 0, 0.01), (0, 1, 0.05), (-20, 100, 5), (0, 726, 20), (0, 4e9, 1e8)]
)
def test_bins_are_round_and_few(low: float, high: float, width: float) -> None:
    assert bin_width(low, high) == pytest.approx(width)


def test_it_is_served_to_this_machine_alone_and_tells_nobody() -> None:
    words = launch.command_line(
        PageOptions(Settings.from_environment(), Language.DUTCH, is_read_only=True), 8600, opens_browser=False
    )
    assert "--server.address=127.0.0.1" in words and "--server.port=8600" in words
    assert "--browser.gatherUsageStats=false" in words and "--server.enableXsrfProtection=true" in words
    assert words[-2:] == ["--language=nl", "--read-only"]


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "find_spec", lambda _: None)
    with pytest.raises(LeadscoreError, match="Streamlit and Altair") as caught:
        launch.command_line(PageOptions(Settings.from_environment()), 8501, opens_browser=True)
    assert "make install-page" in caught.value.advice


def _values(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
