"""The charts of the pages; they need no network, and are read without colour, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from leadscore.page.published import Row

HEIGHT = 260
# What the axis below takes.
AXIS = 60
# Readable on light and dark.
TEXT = "#808080"
SIGNS = ("circle", "square", "cross", "triangle-up", "diamond")
# What bars have together on the narrowest window, in pixels.
WIDTH_ON_A_PHONE = 260
DAYS_WITH_BIG_POINTS = 60


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
        marks.mark_rule(strokeDash=[4, 3]),
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
    names = (
        _chart(bands)
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
                "kind:N", title=None, scale=alt.Scale(domain=[past, forecast], range=[[1, 0], [3, 3]])
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


def course(rows: Sequence[Row], *, at: str, value: str, title: str) -> Any:
    """What a number was from day to day, as steps.

    Args:
        rows: A row a day on which it is known, the first one first.
        at: The column with the day, as text: 2026-11-01.
        value: The column with the number.
        title: What the numbers are.
    """
    base = _chart(rows).encode(
        # Days are UTC's, whatever the reader's zone.
        x=alt.X(
            f"{at}:T",
            title=None,
            scale=alt.Scale(type="utc"),
            axis=alt.Axis(format="%Y-%m-%d", labelOverlap=True, tickCount=6),
        ),
        y=alt.Y(f"{value}:Q", title=title, axis=alt.Axis(format=",.0f", tickMinStep=1)),
        tooltip=[alt.Tooltip(f"{at}:N", title=" "), alt.Tooltip(f"{value}:Q", title=title, format=",")],
    )
    return alt.layer(
        base.mark_line(interpolate="step-after"),
        base.mark_point(filled=True, size=24 if len(rows) > DAYS_WITH_BIG_POINTS else 60),
    ).properties(height=HEIGHT)


def columns(
    rows: Sequence[Row],
    *,
    label: str,
    value: str,
    kind: str,
    title: str,
    kinds: Sequence[str],
    told: Mapping[str, str],
) -> Any:
    """Upright bars in the order of the rows, each with a sign on top that tells its kind without colour.

    Args:
        rows: A row a bar.
        label: The column with its name: an instant, to the second.
        value: The column with its height.
        kind: The column with its kind.
        title: What the heights are.
        kinds: The kinds; the signs go by their order.
        told: Columns that are told of a bar that is pointed at -> what they are called.
    """
    base = _chart(rows).encode(
        x=alt.X(
            f"{label}:N",
            title=None,
            sort=[row[label] for row in rows],
            # Month, day, hour and minute.
            axis=alt.Axis(labelExpr="slice(datum.label, 5, 16)", labelAngle=-45, labelOverlap=True),
        ),
        y=alt.Y(f"{value}:Q", title=title),
        tooltip=[alt.Tooltip(f"{name}:N", title=what) for name, what in told.items()],
    )
    signs = alt.Shape(
        f"{kind}:N",
        title=None,
        scale=alt.Scale(domain=list(kinds), range=list(SIGNS[: len(kinds)])),
        legend=alt.Legend(orient="top", columns=len(kinds)),
    )
    return alt.layer(
        base.mark_bar(size=max(2, min(28, WIDTH_ON_A_PHONE // len(rows))), opacity=0.55),
        base.mark_point(filled=True, size=70, color=TEXT, opacity=1, yOffset=-9).encode(shape=signs),
    ).properties(height=HEIGHT + AXIS)


def _chart(rows: Sequence[Row]) -> Any:
    return alt.Chart(alt.Data(values=list(rows)))  # type: ignore[no-untyped-call]


def _with_room(lengths: Sequence[float]) -> Any:
    """A scale on which the number beside the longest bar has room."""
    low, high = min(0.0, *lengths), max(0.0, *lengths, 1e-9)
    return alt.Scale(domain=[low * 1.15, high + (high - low) * 0.18], nice=False)
