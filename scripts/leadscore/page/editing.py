"""Editing the score of one contact by hand: add, subtract, set, take back; and scoring at once."""

from __future__ import annotations

import getpass

import streamlit as st

from leadscore.page.context import Context, lines
from leadscore.page.working import Done, run_command
from leadscore.raw.edits import Operation

EDITS = """
select adjustment_id, operation, points::double as points, note, author, status, adjusted_at
from marts.adjustment_audit
where scored_contact_id = ? and model_id = ?
order by adjusted_at desc, adjustment_id
"""


def show(page: Context, contact_id: str, model_id: str) -> None:
    """The edits of a contact in a model, and forms for more."""
    words = page.words
    st.subheader(words("edits"))
    edits = page.published.rows(EDITS, contact_id, model_id)
    page.table(edits, words("no_edits"))
    _told()
    if page.options.is_read_only:
        st.caption(words("read_only"))
        return
    _make(page, contact_id, model_id)
    kept = [edit["adjustment_id"] for edit in edits if edit["status"] == "counts"]
    if kept:
        _take_back(page, kept)
    st.caption(words("shows_after_run"))
    if st.button(words("score_now"), key="score_now"):
        with page.progress(words("scoring")) as watch:
            _keep(run_command(page.options.settings, "run", watch=watch), words("scored"))
        st.rerun()


def _make(page: Context, contact_id: str, model_id: str) -> None:
    words = page.words
    with st.form("edit", clear_on_submit=True):
        left, middle, right = st.columns(3)
        operation = left.selectbox(
            words("operation"), list(Operation), format_func=lambda one: words(f"operation_{one}")
        )
        points = middle.text_input(words("points"), value="10")
        author = right.text_input(words("column_author"), value=_user())
        note = st.text_input(words("column_note"), help=words("note_help"))
        if not st.form_submit_button(words("edit")):
            return
    options = ["--model", model_id, "--note", note, "--author", author, "--json"]
    done = run_command(
        page.options.settings,
        "adjust",
        *options,
        "--",
        contact_id,
        operation,
        points.strip().replace(",", "."),
    )
    _keep(done, words("edited"))
    st.rerun()


def _take_back(page: Context, edits: list[str]) -> None:
    words = page.words
    with st.form("take_back"):
        chosen = st.selectbox(words("which_edit"), edits)
        if not st.form_submit_button(words("delete")):
            return
    _keep(run_command(page.options.settings, "adjust", "--json", "--delete", chosen), words("deleted"))
    st.rerun()


def _keep(done: Done, told: str) -> None:
    """Keep what is to be said after the page is drawn anew."""
    st.session_state["told"] = (done.succeeded, told if done.succeeded else done.message)


def _told() -> None:
    succeeded, message = st.session_state.pop("told", (True, ""))
    if message and succeeded:
        st.success(message)
    elif message:
        with st.container(border=True):
            lines(*message.splitlines())


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
