"""The charts of a calibration, as one HTML file that needs no network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadscore.calibration.calibration import Calibration
from leadscore.calibration.words import verdict
from leadscore.storage.files import write_atomically

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from leadscore.calibration.observations import Observations

NOW, SUGGESTED = "now", "suggested"
LIFT_POINTS = 100
TENTHS = 10
RULES_SHOWN = 60
# No link to an editor elsewhere, to which a click would send the data.
EMBEDDING = {"actions": {"export": True, "source": False, "compiled": False, "editor": False}}


class _WithoutTags(json.JSONEncoder):
    """JSON that stays data within a page's script: a title may hold tags."""

    def encode(self, o: object) -> str:
        text = super().encode(o)
        for sign in "<>&":
            text = text.replace(sign, f"\\u{ord(sign):04x}")
        return text


def write_report(calibration: Calibration, path: Path) -> None:
    """Draw the lift curve, the rates by tenths of the score, and the points before and after.

    Args:
        calibration: What was found.
        path: The HTML file.
    """
    import altair as alt

    html = _page(alt, calibration).to_html(
        inline=True, json_kwds={"cls": _WithoutTags}, embed_options=EMBEDDING
    )
    write_atomically(path, html.encode(), beside=path.with_name(f".{path.name}.tmp"))


def _page(alt: Any, calibration: Calibration) -> Any:
    request = calibration.request
    title = alt.TitleParams(
        f"{request.model_id} and {request.conversion_id}, as of {calibration.as_of:%Y-%m-%d}",
        subtitle=[verdict(calibration), *(f"Beware: {warning}." for warning in calibration.warnings)],
        anchor="start",
    )
    return alt.vconcat(
        alt.hconcat(_lift(alt, calibration), _rates(alt, calibration)), _points(alt, calibration), title=title
    )


def _lift(alt: Any, calibration: Calibration) -> Any:
    rows = [row for name, observed in _both(calibration) for row in _lift_rows(name, *observed)]
    return (
        alt.Chart(alt.Data(values=rows), title="Lift: what the highest scores catch", width=380, height=280)
        .mark_line()
        .encode(
            x=alt.X("share:Q", title="share of the observations, highest scores first", axis={"format": "%"}),
            y=alt.Y("recall:Q", title="share of the conversions", axis={"format": "%"}),
            color=_colour(alt),
            strokeDash=alt.StrokeDash("points:N", legend=None),
        )
    )


def _rates(alt: Any, calibration: Calibration) -> Any:
    rows = [row for name, observed in _both(calibration) for row in _rate_rows(name, *observed)]
    return (
        alt.Chart(alt.Data(values=rows), title="Calibration: conversion by score", width=380, height=280)
        .mark_line(point=True)
        .encode(
            x=alt.X("score:Q", title="average score of a tenth of the observations"),
            y=alt.Y("rate:Q", title="share that converted", axis={"format": "%"}),
            color=_colour(alt),
            tooltip=[
                alt.Tooltip("score:Q", format=",.2f"),
                alt.Tooltip("rate:Q", format=".2%"),
                "observed:Q",
            ],
        )
    )


def _points(alt: Any, calibration: Calibration) -> Any:
    rules = sorted(
        (rule for rule in calibration.rules if rule.kept is None),
        key=lambda rule: -abs(calibration.points[rule.rule_id] - rule.points),
    )[:RULES_SHOWN]
    rows = [
        {"rule": rule.title, "points": name, "value": float(value * rule.sign)}
        for rule in rules
        for name, value in ((NOW, rule.points), (SUGGESTED, calibration.points[rule.rule_id]))
    ]
    return (
        alt.Chart(alt.Data(values=rows), title="Points of rules that were fitted", width=640)
        .mark_bar()
        .encode(
            x=alt.X("value:Q", title="points"),
            y=alt.Y("rule:N", title=None, sort=None, axis={"labelLimit": 400}),
            yOffset=alt.YOffset("points:N"),
            color=_colour(alt),
        )
    )


def _colour(alt: Any) -> Any:
    return alt.Color("points:N", title="points", scale={"domain": [NOW, SUGGESTED]})


def _both(calibration: Calibration) -> list[tuple[str, tuple[Observations, NDArray[np.bool_]]]]:
    scored = calibration.scored
    return [(NOW, (scored.before, scored.rows)), (SUGGESTED, (scored.after, scored.rows))]


def _lift_rows(name: str, observed: Observations, rows: NDArray[np.bool_]) -> list[dict[str, object]]:
    """The curve at whole percents; observations with equal scores count as one step."""
    import numpy as np

    scores, group = np.unique(-observed.score[rows], return_inverse=True)
    size = np.bincount(group).cumsum()
    converted = np.bincount(group, observed.converts[rows], len(scores)).cumsum()
    if converted[-1] == 0:
        return []
    shares = np.linspace(0, 1, LIFT_POINTS + 1)
    recall = np.interp(
        shares, np.concatenate(([0], size / size[-1])), np.concatenate(([0], converted / converted[-1]))
    )
    return [
        {"points": name, "share": float(share), "recall": float(part)}
        for share, part in zip(shares, recall, strict=True)
    ]


def _rate_rows(name: str, observed: Observations, rows: NDArray[np.bool_]) -> list[dict[str, object]]:
    import numpy as np

    score, converts = observed.score[rows], observed.converts[rows]
    edges = np.unique(np.quantile(score, np.linspace(0, 1, TENTHS + 1)[1:-1]))
    tenth = np.searchsorted(edges, score, side="left")
    return [
        {
            "points": name,
            "score": float(score[tenth == part].mean()),
            "rate": float(converts[tenth == part].mean()),
            "observed": int((tenth == part).sum()),
        }
        for part in np.unique(tenth)
    ]
