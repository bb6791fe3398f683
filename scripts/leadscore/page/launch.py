"""Starting the pages: Streamlit, on this machine alone."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from leadscore.errors import LeadscoreError
from leadscore.page.options import PageOptions
from leadscore.page.working import environment_of

ADDRESS = "127.0.0.1"
SCRIPT = Path(__file__).with_name("app.py")
# Nothing is fetched from elsewhere or told to anybody, and nothing in the page offers to.
SERVER = {
    "server.address": ADDRESS,
    "server.fileWatcherType": "none",
    "server.enableXsrfProtection": "true",
    "server.enableCORS": "true",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "global.developmentMode": "false",
}


def command_line(options: PageOptions, port: int, *, opens_browser: bool) -> list[str]:
    """The words that start the pages.

    Args:
        options: How they were asked for.
        port: Where on this machine.
        opens_browser: Whether a browser is opened.

    Raises:
        LeadscoreError: Streamlit isn't installed.
    """
    if find_spec("streamlit") is None or find_spec("altair") is None:
        raise LeadscoreError(
            "the pages need Streamlit and Altair, which aren't installed", "Run `make install-page` first."
        )
    told = {**SERVER, "server.port": str(port), "server.headless": str(not opens_browser).lower()}
    words = [sys.executable, "-m", "streamlit", "run", str(SCRIPT)]
    words += [f"--{name}={value}" for name, value in told.items()]
    return [
        *words,
        "--",
        f"--language={options.language}",
        *(["--read-only"] if options.is_read_only else []),
    ]


def open_pages(options: PageOptions, port: int, *, opens_browser: bool) -> None:
    """Become the process that serves the pages, until it is interrupted."""
    words = command_line(options, port, opens_browser=opens_browser)
    os.execve(words[0], words, environment_of(options.settings))
