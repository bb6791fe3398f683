"""The pages in a real browser, on a demo of their own: opened, filtered, edited, scored; pictures are kept.

`make test-page` sets up Chromium and runs these.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from browser import CONTACT, SHOP, SIZES, Browser, command, serving
from demo_clone import Demo
from leadscore.page.app import PAGES
from selenium.webdriver.common.keys import Keys
from workspaces import PROJECT

PICTURES = PROJECT / "target" / "page"
# What the addresses of pages say where they would show little without.
QUERIES = {
    "contacts": {"text": "vries"},
    "contact": {"contact": CONTACT, "model": SHOP},
    "accounts": {"account_id": "a-051"},
    "rules": {"model": "Sales readiness", "rule_sales_readiness": "Read a blog"},
    "trial": {"model": SHOP},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, demo: Demo) -> Path:
    return demo.copied(tmp_path_factory.mktemp("page") / "demo")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[str]:
    """The address of the pages."""
    with serving(folder) as address:
        yield address


@pytest.fixture(scope="module")
def browser(served: str) -> Iterator[Browser]:
    opened = Browser(served)
    yield opened
    opened.driver.quit()


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_every_page_is_drawn_at_both_widths_without_an_error(served: str, is_dark: bool) -> None:
    browser = Browser(served, is_dark=is_dark)
    try:
        for page in PAGES:
            browser.open("" if page == "overview" else page, **QUERIES.get(page, {}))
            for size in SIZES:
                name = f"{page}_{size}_{'dark' if is_dark else 'light'}"
                browser.picture(PICTURES / f"{name}.png", size)
                assert browser.overflow() <= 0, name
                browser.until(lambda: not browser.undrawn())
                assert not browser.all("[data-testid=stException]"), browser.text()
        logged = browser.driver.get_log("browser")  # type: ignore[no-untyped-call]
        # Streamlit looks below the page's own address first for what it finds at the server's root.
        assert not [entry for entry in logged if not entry["message"].startswith(f"{served}/")]
    finally:
        browser.driver.quit()


def test_a_filter_can_be_sent_to_a_colleague(browser: Browser) -> None:
    browser.open("contacts")
    browser.fill("Text", "vries")
    browser.field("Text").send_keys(Keys.ENTER)
    browser.until(lambda: "text=vries" in browser.driver.current_url)
    browser.settle()
    found = [line for line in browser.text().splitlines() if line.endswith(" contacts")]
    query = {name: values[0] for name, values in parse_qs(urlsplit(browser.driver.current_url).query).items()}
    browser.open("contacts", **query)
    assert found and found[0] in browser.text()


def test_an_edit_is_made_scored_and_seen(browser: Browser) -> None:
    browser.open("contact", contact=CONTACT)
    browser.fill("points", "12.5")
    browser.fill("note", "Seen in a browser")
    browser.press("Edit")
    browser.until(lambda: "The edit is stored" in browser.text())
    browser.press("Score now")
    browser.until(lambda: "Scored and published" in browser.text())
    browser.settle()
    assert not browser.all("[data-testid=stException]")
    assert "Take back" in browser.text(), "the edit counts"


def test_a_segment_is_exported_and_shown_in_the_list_of_contacts(browser: Browser, folder: Path) -> None:
    browser.open("segments", chosen="Best customers")
    browser.until(lambda: "Export to this folder" in browser.text())
    browser.press("Export to this folder")
    browser.until(lambda: "The files are written" in browser.text())
    assert (folder / "exports" / "spreadsheet" / "champions.csv").is_file()
    browser.press("Show in Contacts")
    browser.until(lambda: "/contacts?segment=Best+customers" in browser.driver.current_url)
    browser.settle()
    assert not browser.all("[data-testid=stException]"), browser.text()
    assert browser.field("Text")


def test_other_points_are_tried_out(browser: Browser) -> None:
    browser.open("trial", model=SHOP)
    browser.write_into_row(0, 5, "25")
    browser.until(lambda: "1 cell changed." in browser.text())
    browser.press("What would change")
    browser.until(lambda: "From band to band" in browser.text())
    browser.settle()
    browser.until(lambda: not browser.undrawn())
    browser.picture(PICTURES / "trial_outcome.png", "wide")
    assert not browser.all("[data-testid=stException]")
    # Other models' tables don't lose it.
    browser.open("trial", model=SHOP)
    assert "0 cells changed." in browser.text(), "another visit begins anew"


def test_a_new_publication_is_noticed(browser: Browser, folder: Path) -> None:
    browser.open("")
    before = next(line for line in browser.text().splitlines() if line.startswith("As of "))
    words, environment = command(folder, "run", "--as-of", "2027-01-01", "--force")
    subprocess.run(words, env=environment, check=True)
    browser.until(lambda: "As of 2027-01-01" in browser.text())
    assert "2027" not in before
