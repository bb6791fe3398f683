"""The script that Streamlit runs: puts the pages together, and notices a new publication."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from types import ModuleType

import streamlit as st

from leadscore.page import accounts, contact, contacts, overview, rules, runs, segments, trial
from leadscore.page.context import GOES_TO, Context
from leadscore.page.options import PageOptions
from leadscore.page.published import Key, Published, publication_key
from leadscore.page.words import Language, Words
from leadscore.settings import Settings

# How often a page looks for a new publication.
WATCH_SECONDS = 5
PAGES: dict[str, ModuleType] = {
    "overview": overview,
    "contacts": contacts,
    "contact": contact,
    "accounts": accounts,
    "rules": rules,
    "segments": segments,
    "trial": trial,
    "runs": runs,
}


def draw(options: PageOptions) -> None:
    """Draw the page that the address names."""
    words = Words(options.language)
    st.set_page_config(page_title="Lead scoring", layout="wide")
    key = publication_key(options.settings)
    _watch(options, key)
    if key is None:
        st.title(words("nothing_published"))
        st.info(words("nothing_published_help"))
        return
    page = Context(options, words, Published(key))
    pages = {
        name: st.Page(
            _drawing(module, page),
            title=words(f"page_{name}"),
            url_path=name,
            default=name == "overview",
        )
        for name, module in PAGES.items()
    }
    chosen = st.navigation(list(pages.values()))
    if going := st.session_state.pop(GOES_TO, None):
        st.switch_page(pages[going[0]], query_params=going[1])
    chosen.run()


def draw_alone(options: PageOptions, name: str) -> None:
    """Draw one page, without the others beside it."""
    key = publication_key(options.settings)
    if key is not None:
        PAGES[name].show(Context(options, Words(options.language), Published(key)))


def _drawing(module: ModuleType, page: Context) -> Callable[[], None]:
    return partial(module.show, page)


def _watch(options: PageOptions, drawn: Key | None) -> None:
    """Draw the page anew when something else is published than what it shows."""

    @st.fragment(run_every=WATCH_SECONDS)
    def watch() -> None:
        if publication_key(options.settings) != drawn:
            st.rerun()

    watch()


def options_of(arguments: list[str]) -> PageOptions:
    """How the pages were asked for, as `launch` says it."""
    language = next((one for one in Language if f"--language={one}" in arguments), Language.ENGLISH)
    return PageOptions(Settings.from_environment(), language, "--read-only" in arguments)


if __name__ == "__main__":
    draw(options_of(sys.argv[1:]))
