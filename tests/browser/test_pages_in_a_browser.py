"""The pages in a real browser, on a demo of their own: opened, filtered, edited, scored; pictures are kept.

`make test-page` sets up Chromium and runs these.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

import pytest
from demo_clone import Demo
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from workspaces import PROJECT

PICTURES = PROJECT / "target" / "page"
PATIENCE = 60.0
CONTACT = "c-00529"
VISITED: tuple[tuple[str, dict[str, str]], ...] = (
    *(("", {}), ("contacts", {"text": "vries"}), ("contact", {"contact": CONTACT})),
    *(("segments", {}), ("runs", {})),
)
SIZES = {"wide": (1280, 1600), "narrow": (390, 1600)}
ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
    # Nothing from elsewhere: whatever asks for another host doesn't get it.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip


class Browser:
    """A browser that looks at the pages."""

    def __init__(self, address: str, *, is_dark: bool = False) -> None:
        options = Options()
        for argument in ARGUMENTS:
            options.add_argument(argument)
        if is_dark:
            options.add_argument("--blink-settings=preferredColorScheme=0")
        options.set_capability("goog:loggingPrefs", {"browser": "SEVERE"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.address = address

    def open(self, page: str = "", **query: str) -> None:
        """Open a page, and wait until it is drawn."""
        self.driver.get(f"{self.address}/{page}?{urlencode(query)}")
        self.settle()

    def settle(self) -> None:
        """Wait until nothing runs any more."""
        self.until(lambda: bool(self.all("[data-testid=stMain] [data-testid=stElementContainer]")))
        self.until(lambda: not self.all("[data-testid=stStatusWidget]"))
        time.sleep(0.6)
        self.until(lambda: not self.all("[data-testid=stStatusWidget], [data-testid=stSkeleton]"))

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something, for as long as a run may take."""
        ends = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < ends, self.text()
            time.sleep(0.1)

    def all(self, selector: str) -> list[WebElement]:
        """The elements of a CSS selector."""
        found: list[WebElement] = self.driver.find_elements(By.CSS_SELECTOR, selector)
        return found

    def field(self, label: str) -> WebElement:
        """The field that has a label."""
        return next(one for one in self.all("input") if one.get_attribute("aria-label") == label)

    def press(self, label: str) -> None:
        """Press a button."""
        next(one for one in self.all("button") if one.text == label).click()

    def fill(self, label: str, text: str) -> None:
        """Write into a field in place of what stands there."""
        self.field(label).send_keys(Keys.CONTROL, "a")
        self.field(label).send_keys(text)

    def text(self) -> str:
        """All that can be read."""
        return self.driver.find_element(By.TAG_NAME, "body").text

    def picture(self, name: str, size: str) -> None:
        """Keep what it looks like; fails if it is wider than the window."""
        width, height = SIZES[size]
        self.driver.set_window_size(width, height)
        self.settle()
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(PICTURES / f"{name}.png"))

    def overflow(self) -> int:
        """By how much the page is wider than the window."""
        return int(self.driver.execute_script("return document.body.scrollWidth - window.innerWidth"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, demo: Demo) -> Path:
    return demo.copied(tmp_path_factory.mktemp("page") / "demo")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[str]:
    """The address of the pages, served by the command."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-c", "from leadscore.cli import main; main()", "page", "--no-browser"]
    environment = {
        **os.environ,
        "LEADSCORE_DATABASE": str(folder / "leadscore.duckdb"),
        "LEADSCORE_PUBLISHED": str(folder / "published"),
    }
    with subprocess.Popen([*words, "--port", str(port)], env=environment) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{address}/_stcore/health")
            yield address
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def browser(served: str) -> Iterator[Browser]:
    opened = Browser(served)
    yield opened
    opened.driver.quit()


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_every_page_is_drawn_at_both_widths_without_an_error(served: str, is_dark: bool) -> None:
    browser = Browser(served, is_dark=is_dark)
    try:
        for page, query in VISITED:
            browser.open(page, **query)
            for size in SIZES:
                name = f"{page or 'overview'}_{size}_{'dark' if is_dark else 'light'}"
                browser.picture(name, size)
                assert browser.overflow() <= 0, name
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


def test_a_new_publication_is_noticed(browser: Browser, folder: Path) -> None:
    browser.open("")
    before = next(line for line in browser.text().splitlines() if line.startswith("As of "))
    environment = {
        **os.environ,
        "LEADSCORE_DATABASE": str(folder / "leadscore.duckdb"),
        "LEADSCORE_PUBLISHED": str(folder / "published"),
    }
    words = [sys.executable, "-c", "from leadscore.cli import main; main()", "run"]
    subprocess.run([*words, "--as-of", "2027-01-01", "--force"], env=environment, check=True)
    browser.until(lambda: "As of 2027-01-01" in browser.text())
    assert "2027" not in before


def _wait_for(address: str) -> None:
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:
            assert time.monotonic() < ends, f"nobody answers at {address}"
            time.sleep(0.2)
