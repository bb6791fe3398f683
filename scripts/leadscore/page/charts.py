"""The charts of the pages; they need no network, and are read without colour, too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from leadscore.page.published import Row

HEIGHT = 260
# What the axis below takes.
AXIS = 60
# A band that takes less of the height than this has no room for its name.
ROOM_FOR_NAME = 0.06
# Readable on light and dark.
TEXT = "#808080"


def bars(rows: Sequence[Row], *, label: str, value: str, title: str) -> Any:
    """Horizontal bars in the order of the rows, each with its number.

    Args:
        rows: A row a bar.
        label: The column with its name.
        value: The column with its length.
        title: What the lengths are.
    """
    names = [row[label] for row in rows]
    base = _chart(rows).encode(
        x=alt.X(f"{value}:Q", title=title, scale=_with_room([row[value] for row in rows])),
        y=alt.Y(f"{label}:N", title=None, sort=names, axis=alt.Axis(labelLimit=220, labelOverlap=False)),
    )
    return alt.layer(
        base.mark_bar(),
        base.mark_text(color=TEXT, align="left", dx=4).encode(text=alt.Text(f"{value}:Q", format=",")),
    ).properties(height=AXIS + 36 * len(rows))


def distribution(rows: Sequence[Row], edges: Sequence[Row], *, score: str, contacts: str) -> Any:
    """How many contacts have which score, with the edges of the bands drawn in.

    Args:
        rows: `low`, `high` and `contacts` of each bin.
        edges: `at` and `title` of each band that begins somewhere.
        score: What the scores are called.
        contacts: What the contacts are called.
    """
    bins = (
        _chart(rows)
        .mark_bar()
        .encode(
            x=alt.X("low:Q", title=score, bin="binned"),
            x2="high:Q",
            y=alt.Y("contacts:Q", title=contacts),
            tooltip=[
                alt.Tooltip("low:Q", title=score),
                alt.Tooltip("contacts:Q", title=contacts, format=","),
            ],
        )
    )
    marks = _chart(edges).encode(x="at:Q")
    return alt.layer(
        bins,
        marks.mark_rule(color=TEXT, strokeDash=[4, 3]),
        marks.mark_text(color=TEXT, angle=270, align="right", dx=-4, dy=-6).encode(
            text="title:N", y=alt.value(0)
        ),
    ).properties(height=HEIGHT)


def history(steps: Sequence[Row], bands: Sequence[Row], *, score: str, forecast: str, past: str) -> Any:
    """A score over time as steps over its bands, what is to come dotted.

    Args:
        steps: `at`, `score` and `kind` of each change, and of the ends.
        bands: `low`, `high` and `title` of each band.
        score: What the scores are called.
        forecast: What is to come.
        past: What was.
    """
    background = (
        _chart(bands)
        .mark_rect(opacity=0.14)
        .encode(
            y="low:Q",
            y2="high:Q",
            color=alt.Color("title:N", legend=None, sort=[band["title"] for band in bands]),
        )
    )
    height = max((band["high"] for band in bands), default=0) - min(
        (band["low"] for band in bands), default=0
    )
    names = (
        _chart([band for band in bands if band["high"] - band["low"] >= ROOM_FOR_NAME * height])
        .mark_text(color=TEXT, align="left", baseline="bottom", dx=4, dy=-2, opacity=0.75)
        .encode(x=alt.value(0), y="low:Q", text="title:N")
    )
    line = (
        _chart(steps)
        .mark_line(interpolate="step-after")
        .encode(
            x=alt.X("at:T", title=None),
            y=alt.Y("score:Q", title=score),
            strokeDash=alt.StrokeDash(
                "kind:N",
                title=None,
                legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=[past, forecast], range=[[1, 0], [3, 3]]),
            ),
            tooltip=[
                alt.Tooltip("at:T", format="%Y-%m-%d %H:%M"),
                alt.Tooltip("score:Q", format=",.2f", title=score),
            ],
        )
    )
    return alt.layer(background, names, line).properties(height=HEIGHT + 60)


def points(rows: Sequence[Row], *, title: str) -> Any:
    """Points by rule as bars for and against.

    Args:
        rows: `rule` and `points` of each.
        title: What the points are called.
    """
    base = _chart(rows).encode(
        x=alt.X("points:Q", title=title, scale=_with_room([row["points"] for row in rows])),
        y=alt.Y("rule:N", title=None, sort=None, axis=alt.Axis(labelLimit=260, labelOverlap=False)),
    )
    return alt.layer(
        base.mark_bar().encode(
            color=alt.condition("datum.points < 0", alt.value("#c44e52"), alt.value("#4c72b0"))
        ),
        base.mark_text(color=TEXT, align="left", dx=4).encode(text=alt.Text("points:Q", format="+,.2~f")),
    ).properties(height=AXIS + 30 * len(rows))


def matrix(
    cells: Sequence[Row],
    *,
    rows: tuple[str, str],
    columns: tuple[str, str],
    value: tuple[str, str],
    order: Sequence[str],
) -> Any:
    """Numbers in the cells of a matrix, the larger the darker.

    Args:
        cells: A row a cell.
        rows: The column that says in which row it stands, and what the rows are called.
        columns: The column that says in which column it stands, and what the columns are called.
        value: The column with its number, and what the numbers are.
        order: The names of rows and columns, the first ones at the top and on the left.
    """
    names = [name for name in order if any(cell[rows[0]] == name for cell in cells)]
    base = _chart(cells).encode(
        x=alt.X(
            f"{columns[0]}:N",
            title=columns[1],
            sort=list(order),
            axis=alt.Axis(orient="top", labelAngle=0, labelLimit=140),
        ),
        y=alt.Y(f"{rows[0]}:N", title=rows[1], sort=list(order), axis=alt.Axis(labelLimit=160)),
        tooltip=[
            alt.Tooltip(f"{rows[0]}:N", title=rows[1]),
            alt.Tooltip(f"{columns[0]}:N", title=columns[1]),
            alt.Tooltip(f"{value[0]}:Q", title=value[1], format=","),
        ],
    )
    return alt.layer(
        base.mark_rect(opacity=0.35).encode(
            color=alt.Color(f"{value[0]}:Q", legend=None, scale=alt.Scale(scheme="blues", type="sqrt"))
        ),
        base.mark_text(color=TEXT, fontWeight="bold").encode(text=alt.Text(f"{value[0]}:Q", format=",")),
    ).properties(height=AXIS + 40 * len(names))


def _chart(rows: Sequence[Row]) -> Any:
    return alt.Chart(alt.Data(values=list(rows)))  # type: ignore[no-untyped-call]


def _with_room(lengths: Sequence[float]) -> Any:
    """A scale on which the number beside the longest bar has room."""
    low, high = min(0.0, *lengths), max(0.0, *lengths, 1e-9)
    return alt.Scale(domain=[low * 1.15, high + (high - low) * 0.18], nice=False)
