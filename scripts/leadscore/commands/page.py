"""`leadscore page`."""

from typing import Annotated

import typer

from leadscore.page.launch import open_pages
from leadscore.page.options import PageOptions
from leadscore.page.words import Language
from leadscore.settings import Settings

EPILOG = "Example: leadscore page --read-only"


def page(
    port: Annotated[int, typer.Option(min=1024, max=65535, help="The port on this machine.")] = 8501,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Only show: no edits, no runs, no exports.")
    ] = False,
    language: Annotated[Language, typer.Option(help="The language of the pages.")] = Language.ENGLISH,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Open pages to look at scores and work with them, on this machine only (127.0.0.1)."""
    open_pages(PageOptions(Settings.from_environment(), language, read_only), port, opens_browser=browser)
