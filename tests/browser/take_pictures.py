"""Takes the README's pictures of the pages, on a demo of their own: `make pictures`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from browser import CONTACT, SHOP, Browser, command, serving
from PIL import Image

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
COLOURS = 128
WIDTH = 1280


def take() -> None:
    """Take them, into `docs/pictures`."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        words, environment = command(folder, "demo")
        subprocess.run(words, env=environment, check=True, stdout=subprocess.DEVNULL)
        with serving(folder) as address:
            browser = Browser(address)
            try:
                browser.open("", model="Sales readiness")
                _keep(browser, "overview", 1350)
                browser.open("contact", contact=CONTACT, model=SHOP)
                _keep(browser, "contact", 1350)
                browser.open("trial", model=SHOP)
                browser.write_into_row(0, 5, "25")
                browser.until(lambda: "1 cell changed." in browser.text())
                browser.press("What would change")
                browser.until(lambda: "From band to band" in browser.text())
                browser.show("What would change", "h3")
                _keep(browser, "trial", 1350)
            finally:
                browser.driver.quit()


def _keep(browser: Browser, name: str, height: int) -> None:
    browser.driver.set_window_size(WIDTH, height)
    browser.settle()
    browser.until(lambda: not browser.undrawn())
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{name}.png"
    browser.driver.save_screenshot(str(file))
    with Image.open(file) as picture:
        picture.convert("RGB").quantize(COLOURS).save(file, optimize=True)
    sys.stdout.write(f"{file.name}: {file.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    take()
