"""Trying out: other points and thresholds in a table, and what they would change. No seed changes."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st

from leadscore.configuration.tables import (
    Configuration,
    SeedTable,
    column_name,
    read_configuration,
    write_changed,
)
from leadscore.errors import LeadscoreError
from leadscore.page import charts
from leadscore.page.context import Context, lines
from leadscore.page.published import Row
from leadscore.page.working import Done, Watch, run_command
from leadscore.raw.reading import as_read
from leadscore.simulation.trial import WRITTEN, trial_place

# What can be changed here: seed -> its columns, and those that say which row it is.
EDITED = {"scoring_rules": ("points",), "score_bands": ("above", "from_score", "up_to", "below")}
SHOWN = {"scoring_rules": ("title", "operation"), "score_bands": ("title",)}
KEYS = {"scoring_rules": "rule_id", "score_bands": "band_id"}
# Of which share of the contacts; of fewer it takes less time.
SHARES = (100, 10, 1)
REASONS_SHOWN = 3
# Seed, row of it (its place), column -> what it becomes.
Changes = dict[tuple[str, int, str], str]


def show(page: Context) -> None:
    """The page."""
    words = page.words
    st.title(words("trial"))
    if page.options.is_read_only:
        st.info(words("read_only"))
        return
    st.caption(words("trial_help"))
    seeds = page.options.settings.seeds
    try:
        configuration = read_configuration(seeds)
    except (OSError, ValueError) as error:
        lines(str(error))
        st.info(words("trial_unreadable"))
        return
    model_id = page.pick_model()
    changes = _edited(page, configuration, model_id)
    tables = changed_tables(configuration, changes)
    st.caption(words.several(len(changes), "cells_changed"))
    left, right = st.columns(2, vertical_alignment="bottom")
    share = left.selectbox(
        words("of_contacts"), SHARES, format_func=lambda one: f"{one} %", key="trial_share"
    )
    if right.button(words("try_out"), key="try_out", disabled=not changes, width="stretch"):
        with page.progress(words("trying_out")) as watch:
            done = _tried(page, tables, share, watch)
        st.session_state["trial"] = (dict(changes), page.published.key, done)
    _outcome(page, changes, model_id)
    if changes:
        _keep(page, tables)


def changed_tables(configuration: Configuration, changes: Changes) -> Mapping[str, SeedTable]:
    """The seeds that become others, whole.

    Args:
        configuration: The seeds in use.
        changes: What becomes of which cells.
    """
    changed: dict[str, SeedTable] = {}
    for (seed, place, column), value in changes.items():
        table = changed.get(seed) or configuration[seed]
        rows = list(table.rows)
        rows[place] = {**rows[place], column: value}
        changed[seed] = SeedTable(table.header, rows)
    return changed


def _edited(page: Context, configuration: Configuration, model_id: str) -> Changes:
    """The tables to edit, of one model; what was changed in those of other models stays."""
    state = st.session_state
    tables = {seed: configuration[seed] for seed in EDITED if seed in configuration}
    if state.get("trial_seeds") != tables:
        # Others than those that were changed: their rows may stand elsewhere.
        state.update(trial_seeds=tables, trial_changes={}, trial_model=None)
    changes: Changes = state["trial_changes"]
    # A table keeps its rows while it is edited, and is another one for another model: what it shows at first
    # has the changes made until then.
    if state["trial_model"] != model_id:
        state["trial_model"] = model_id
        state["trial_table"] = state.get("trial_table", 0) + 1
        state["trial_shown"] = dict(changes)
    shown: Changes = state["trial_shown"]
    for seed, table in tables.items():
        places = [place for place, row in enumerate(table.rows) if as_read(row["model_id"]) == model_id]
        columns = [column for column in EDITED[seed] if column in map(column_name, table.header)]
        rows = [_row(seed, table, place, columns, shown) for place in places]
        st.subheader(page.words(seed))
        if not rows:
            st.info(page.words(f"no_{seed}"))
            continue
        edited = st.data_editor(
            rows,
            column_config={name: _column(page, name, name in columns) for name in rows[0]},
            hide_index=True,
            width="stretch",
            placeholder="",
            key=f"trial_{seed}_{state['trial_table']}",
        )
        for place, row in zip(places, edited, strict=True):
            for column in columns:
                _note(changes, (seed, place, column), table.rows[place][column], row[column])
    return changes


def _row(seed: str, table: SeedTable, place: int, columns: Sequence[str], shown: Changes) -> Row:
    row = table.rows[place]
    told = {KEYS[seed]: as_read(row[KEYS[seed]])}
    told |= {name: as_read(row[name]) for name in SHOWN[seed] if name in row}
    return told | {name: _number(shown.get((seed, place, name), row[name])) for name in columns}


def _note(changes: Changes, cell: tuple[str, int, str], written: str, number: float | None) -> None:
    """Keep what a cell has become, or forget that it had become something else."""
    if number == _number(written):
        changes.pop(cell, None)
    else:
        changes[cell] = "" if number is None else f"{number:.10f}".rstrip("0").rstrip(".")


def _number(text: str) -> float | None:
    """A cell as a number; None: it holds none (a mistake in it is told when it is tried out)."""
    try:
        number = float(as_read(text))
    except ValueError:
        return None
    return number if isfinite(number) else None


def _column(page: Context, name: str, is_edited: bool) -> Any:
    label = page.words(f"column_{name}")
    if is_edited:
        return st.column_config.NumberColumn(label, format="localized")
    return st.column_config.Column(label, disabled=True)


@contextmanager
def _written(page: Context, tables: Mapping[str, SeedTable]) -> Iterator[Path]:
    """A whole configuration with changed seeds, for as long as it is tried out."""
    settings = page.options.settings
    place = trial_place(settings.root)
    place.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=WRITTEN, dir=place) as folder:
        write_changed(settings.seeds, Path(folder), tables)
        yield Path(folder)


def _tried(page: Context, tables: Mapping[str, SeedTable], share: int, watch: Watch) -> Done:
    settings = page.options.settings
    options = [] if share == SHARES[0] else ["--sample", f"{share}%"]
    with _written(page, tables) as folder:
        words = ["simulate", "--json", "--summary", *options]
        return run_command(replace(settings, seeds=folder), *words, watch=watch)


def _outcome(page: Context, changes: Changes, model_id: str) -> None:
    words = page.words
    if "trial" not in st.session_state:
        return
    tried, key, done = st.session_state["trial"]
    st.subheader(words("trial_outcome"))
    if tried != changes:
        st.warning(words("trial_outdated"))
    elif key != page.published.key:
        st.warning(words("trial_of_earlier"))
    if not done.succeeded:
        lines(*done.message.splitlines())
        return
    found = json.loads(done.output)
    models, segments = page.models, page.segments
    page.table(
        [
            {
                "model": models.get(model["model_id"], model["model_id"]),
                "contacts": model["contacts"],
                "changed": model["changed"],
            }
            for model in found["models"]
        ]
    )
    st.caption(words.several(found["notifications_due"] - found["notifications_due_anyway"], "would_notify"))
    if found["left_out"]:
        lines(words("trial_left_out", segments=", ".join(found["left_out"])))
    st.markdown(f"**{words('trial_bands')}**")
    _bands(page, model_id, found["bands"])
    st.markdown(f"**{words('trial_segments')}**")
    page.table(
        [
            {
                "segment": segments.get(size["segment_id"], size["segment_id"]),
                "members_before": size["members_before"],
                "comes_in": size["added"],
                "goes_out": size["removed"],
                "members_after": size["members_before"] + size["added"] - size["removed"],
            }
            for size in found["segment_sizes"]
        ],
        words("trial_no_segments"),
    )
    st.markdown(f"**{words('trial_most')}**")
    page.table(
        [
            {
                "contact_id": row["contact_id"],
                "model": models.get(row["model_id"], row["model_id"]),
                "score_now": row["score_before"],
                "score_changed": row["score_after"],
                "why": why(row),
            }
            for row in found["most_changed"]
        ],
        words("nobody_moved"),
    )


def why(row: Row) -> str:
    """What makes most of the difference of one contact's score."""
    moves = ((rule["title"], rule["points_after"] - rule["points_before"]) for rule in row["rules"])
    return ", ".join(f"{title} ({moved:+g})" for title, moved in list(moves)[:REASONS_SHOWN])


def _bands(page: Context, model_id: str, bands: Sequence[Row]) -> None:
    """From which band to which, as a matrix: how many, and of all in the band which share."""
    titles = {band["band_id"]: band["title"] for band in page.bands(model_id)}
    titles[None] = page.words("no_band")
    moves = [row for row in bands if row["model_id"] == model_id]
    sizes: Counter[str | None] = Counter()
    for row in moves:
        sizes[row["band_before"]] += row["contacts"]
    cells = [
        {
            "down": titles.get(row["band_before"], row["band_before"]),
            "across": titles.get(row["band_after"], row["band_after"]),
            "label": f"{row['contacts'] / sizes[row['band_before']]:.0%}",
            "value": row["contacts"],
        }
        for row in moves
    ]
    names = [
        [title for title in titles.values() if any(cell[side] == title for cell in cells)]
        for side in ("down", "across")
    ]
    words = page.words
    st.altair_chart(
        charts.matrix(
            cells, down=(words("now"), names[0]), across=(words("changed"), names[1]), value=words("contacts")
        )
    )


def _keep(page: Context, tables: Mapping[str, SeedTable]) -> None:
    """Offer the changed seeds: as a file, or in a folder of the reader's own."""
    words = page.words
    st.subheader(words("trial_keep"))
    st.download_button(
        words("trial_download"), lambda: _zipped(page, tables), file_name="seeds.zip", mime="application/zip"
    )
    with st.form("trial_folder"):
        folder = st.text_input(words("trial_folder"), help=words("trial_folder_help"))
        if not st.form_submit_button(words("trial_write")) or not folder.strip():
            return
    wanted = Path(folder.strip()).expanduser()
    try:
        write_changed(page.options.settings.seeds, wanted.absolute(), tables)
    except (LeadscoreError, OSError) as error:
        lines(str(error))
    else:
        st.success(words("trial_written"))
        lines(f"leadscore simulate --seeds {wanted}")


def _zipped(page: Context, tables: Mapping[str, SeedTable]) -> bytes:
    buffer = io.BytesIO()
    with _written(page, tables) as folder, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
    return buffer.getvalue()
