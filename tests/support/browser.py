"""A browser that looks at the pages, and the pages served for it by the command."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from selenium import webdriver
from selenium.webdriver import ActionChains
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

PATIENCE = 60.0
CONTACT = "c-00529"
SHOP = "Customer engagement of a shoe shop"
SIZES = {"wide": (1280, 1600), "narrow": (390, 1600)}
# The height of the smallest chart, in pixels.
LEAST_CHART = 60
# Of a row of a table, in pixels.
ROW_HEIGHT = 35
ARGUMENTS = (
    "--headless=new", "--window-size=1280,1600", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
    "--hide-scrollbars",
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

    def write_into_row(self, table: int, row: int, text: str) -> None:
        """Write into the last cell of a row of a table, which is drawn and has no elements for cells."""
        tables = "[data-testid=stDataFrame] canvas[data-testid=data-grid-canvas]"
        self.until(lambda: len(self.all(tables)) > table)
        canvas = self.all(tables)[table]
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", canvas)
        size = canvas.size
        right, down = size["width"] // 2 - 40, int(ROW_HEIGHT * (row + 1.5)) - size["height"] // 2
        hand = ActionChains(self.driver)
        hand.move_to_element_with_offset(canvas, right, down).click().pause(0.3)
        # The first key opens a field.
        hand.send_keys(text[0]).pause(0.5).send_keys(text[1:]).pause(0.3).send_keys(Keys.ENTER).perform()

    def undrawn(self) -> int:
        """How many charts have nothing in them."""
        drawn = "canvas, svg"
        charts = self.all("[data-testid=stVegaLiteChart]")
        return sum(
            not any(one.size["height"] > LEAST_CHART for one in chart.find_elements(By.CSS_SELECTOR, drawn))
            for chart in charts
        )

    def show(self, text: str, selector: str) -> None:
        """Scroll so that an element with a text is at the top."""
        found = next(one for one in self.all(selector) if one.text == text)
        self.driver.execute_script("arguments[0].scrollIntoView()", found)

    def text(self) -> str:
        """All that can be read."""
        return self.driver.find_element(By.TAG_NAME, "body").text

    def picture(self, file: Path, size: str) -> None:
        """Keep what it looks like in a window of a size."""
        self.driver.set_window_size(*SIZES[size])
        self.settle()
        file.parent.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(file))

    def overflow(self) -> int:
        """By how much the page is wider than the window."""
        return int(self.driver.execute_script("return document.body.scrollWidth - window.innerWidth"))


def command(folder: Path, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """The words of `leadscore` and the environment in which it works on a folder."""
    environment = {
        **os.environ,
        "LEADSCORE_DATABASE": str(folder / "leadscore.duckdb"),
        "LEADSCORE_PUBLISHED": str(folder / "published"),
    }
    return [sys.executable, "-c", "from leadscore.cli import main; main()", *arguments], environment


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the pages of a folder by the command; tells their address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words, environment = command(folder, "page", "--no-browser", "--port", str(port))
    with subprocess.Popen(words, env=environment) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{address}/_stcore/health")
            yield address
        finally:
            process.terminate()


def _wait_for(address: str) -> None:
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:
            assert time.monotonic() < ends, f"nobody answers at {address}"
            time.sleep(0.2)
