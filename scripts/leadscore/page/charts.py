"""The charts of the pages; they need no network, and are read without colour, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from leadscore.page.published import Row

HEIGHT = 260
# What the axis below takes.
AXIS = 60
# A band that takes less of the height than this has no room for its name.
ROOM_FOR_NAME = 0.06
# How far down the names of edges stand, one after the other.
STAIRS = (0.0, 0.34, 0.67)
# Readable on light and dark.
TEXT = "#808080"
# What the number beside a bar takes.
ROOM = 60
# How long names beside bars may be: a telephone has room for half of one.
NAMES = alt.ExprRef("windowSize()[0] < 600 ? 130 : 260")
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
        x=alt.X(
            f"{value}:Q",
            title=title,
            scale=_with_room([row[value] for row in rows]),
            axis=alt.Axis(tickMinStep=1),
        ),
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
        edges: `at` and `title` of each band that begins somewhere, the lowest first.
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
    # Names of neighbours stand at different heights; two bands that begin at one score share a name.
    named: dict[float, str] = {}
    for edge in edges:
        named[edge["at"]] = ", ".join(filter(None, (named.get(edge["at"]), edge["title"])))
    marks = _chart(
        [
            {"at": at, "title": title, "place": HEIGHT * STAIRS[number % len(STAIRS)]}
            for number, (at, title) in enumerate(named.items())
        ]
    ).encode(x="at:Q")
    return alt.layer(
        bins,
        marks.mark_rule(color=TEXT, strokeDash=[4, 3]),
        marks.mark_text(color=TEXT, angle=270, align="right", dx=-4, dy=-6).encode(
            text="title:N", y=alt.Y("place:Q", scale=None)
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
        y=alt.Y("rule:N", title=None, sort=None, axis=alt.Axis(labelLimit=NAMES, labelOverlap=False)),
        tooltip=[alt.Tooltip("rule:N", title="title"), alt.Tooltip("points:Q", title=title, format="+,.2~f")],
    )
    text = alt.Text("points:Q", format="+,.2~f")
    return alt.layer(
        base.mark_bar().encode(
            color=alt.condition("datum.points < 0", alt.value("#c44e52"), alt.value("#4c72b0"))
        ),
        base.transform_filter("datum.points >= 0")
        .mark_text(color=TEXT, align="left", dx=4)
        .encode(text=text),
        base.transform_filter("datum.points < 0")
        .mark_text(color=TEXT, align="right", dx=-4)
        .encode(text=text),
    ).properties(height=AXIS + 30 * len(rows))


def matrix(
    cells: Sequence[Row], *, down: tuple[str, Sequence[str]], across: tuple[str, Sequence[str]], value: str
) -> Any:
    """A table of cells, each with its label and its number; the stronger its colour, the more.

    Args:
        cells: `down`, `across`, `label` and `value` of each.
        down: What the rows tell, and their names from the top.
        across: What the columns tell, and their names from the left.
        value: What the numbers are.
    """
    base = _chart(cells).encode(
        x=alt.X(
            "across:N",
            title=across[0],
            sort=list(across[1]),
            axis=alt.Axis(
                labelAngle=0,
                labelAlign="center",
                labelLimit=alt.ExprRef("bandwidth('x')"),
                labelOverlap=False,
            ),
        ),
        y=alt.Y("down:N", title=down[0], sort=list(down[1]), axis=alt.Axis(labelLimit=110)),
        tooltip=[
            alt.Tooltip("down:N", title=down[0]),
            alt.Tooltip("across:N", title=across[0]),
            alt.Tooltip("label:N", title="title"),
            alt.Tooltip("value:Q", title=value, format=","),
        ],
    )
    return alt.layer(
        base.mark_rect(color="#4c72b0", stroke=TEXT, strokeWidth=0.5).encode(
            fillOpacity=alt.FillOpacity("value:Q", legend=None, scale=alt.Scale(range=[0.04, 0.3]))
        ),
        base.mark_text(color=TEXT, fontWeight="bold", fontSize=14, dy=-8).encode(text="label:N"),
        base.mark_text(color=TEXT, dy=10).encode(text=alt.Text("value:Q", format=",")),
    ).properties(height=AXIS + 52 * len(down[1]))


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
    """A scale on which the number beside the longest bar has room, however narrow the chart is."""
    low, high = min(0.0, *lengths), max(0.0, *lengths, 1e-9)
    ends: list[Any] = [ROOM if low < 0 else 0, alt.ExprRef(f"width - {ROOM}")]
    return alt.Scale(domain=[low, high], range=ends, nice=False)
