"""Files of a segment for marketing tools, written by the command."""

from __future__ import annotations

import json
from pathlib import Path

import streamlit as st

from leadscore.exports.presets import Tool
from leadscore.page.context import Context, lines
from leadscore.page.working import Done, run_command

# What is to be said of the last export: of which segment, into which folder, and what became of it.
EXPORTED = "exported"
SPREADSHEET = "spreadsheet"


def show(page: Context, segment_id: str) -> None:
    """What can be exported of a segment, and what was."""
    words, settings = page.words, page.options.settings
    st.subheader(words("export"))
    if page.options.is_read_only:
        st.caption(words("read_only"))
        return
    preset = st.selectbox(
        words("preset"),
        [SPREADSHEET, *Tool],
        format_func=lambda one: words(f"preset_{_key(one)}"),
        key="preset",
    )
    st.caption(words(f"preset_{_key(preset)}_is"))
    typed = st.text_input(
        words("folder"),
        value=str(settings.published.parent / "exports" / preset),
        key=f"folder_{preset}",
        help=words("folder_help"),
    ).strip()
    safe = preset != SPREADSHEET and st.checkbox(words("safe"), key="safe", help=words("safe_help"))
    if st.button(words("export_it"), key="export"):
        if not typed:
            st.info(words("which_folder"))
            return
        folder = settings.published.parent / Path(typed)
        with st.spinner(words("exporting")):
            done = run_command(
                settings,
                "export",
                *([] if preset == SPREADSHEET else ["--preset", preset]),
                *(["--safe"] if safe else []),
                f"--output={folder}",
                "--json",
                "--",
                segment_id,
            )
        st.session_state[EXPORTED] = (segment_id, folder, done)
    told = st.session_state.get(EXPORTED)
    if told and told[0] == segment_id:
        _tell(page, told[1], told[2])


def _key(preset: str) -> str:
    return preset.replace("-", "_")


def _tell(page: Context, folder: Path, done: Done) -> None:
    words = page.words
    if done.succeeded:
        st.success(words("exported"))
        lines(str(folder))
        page.table(
            [
                {
                    "file": file["name"],
                    "rows": file["rows"],
                    "values": words("guarded") if file["is_guarded"] else words("exact"),
                }
                for file in json.loads(done.output)
            ]
        )
    if done.message:
        with st.container(border=True):
            lines(*done.message.splitlines())
