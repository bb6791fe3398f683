"""One contact: who it is, its scores, why they are what they are, and edits by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import streamlit as st

from leadscore.errors import LeadscoreError
from leadscore.explanation.entries import State, StatedEntry
from leadscore.explanation.explanation import Explanation, explained
from leadscore.explanation.published import published_histories
from leadscore.page import charts, editing
from leadscore.page.context import Context, heading, lines, titles
from leadscore.page.published import Row

WHO = "select * from marts.dim_contacts where contact_id = ?"
SCORES = """
select
    scores.model_id, coalesce(models.title, scores.model_id) as model, scores.score::double as score,
    coalesce(scores.band_title, scores.band_id) as band, scores.score_rank,
    scores.percentile::double as percentile, scores.next_change_at
from marts.contact_scores as scores
inner join marts.dim_scoring_models as models on scores.model_id = models.model_id
where scores.contact_id = ?
order by 2
"""
SEGMENTS = """
select coalesce(segments.title, members.segment_id) as segment, members.member_since
from marts.segment_members as members
left join marts.dim_segments as segments on members.segment_id = segments.segment_id
where members.contact_id = ?
order by 1
"""
# A forecast is drawn so far.
AHEAD = timedelta(days=365)
ENTRIES_SHOWN = 200
# Beyond so many stretches of so many steps, a history is drawn with fewer.
STRETCHES, STEPS_OF_A_STRETCH = 150, 4


def show(page: Context) -> None:
    """The page."""
    words, published = page.words, page.published
    asked = st.text_input(
        words("contact"), key="contact", bind="query-params", help=words("contact_help")
    ).strip()
    if not asked:
        st.info(words("which_contact"))
        return
    try:
        histories = published_histories(published.database, asked, None)
    except LeadscoreError as error:
        lines(error.message)
        st.info(words("which_contact"))
        return
    _who(page, asked)
    scores = published.rows(SCORES, asked)
    page.table([{name: value for name, value in row.items() if name != "model_id"} for row in scores])
    models = titles((row["model_id"], row["model"]) for row in scores)
    model_id = st.selectbox(
        words("model"), list(models), format_func=models.__getitem__, key="model", bind="query-params"
    )
    history = next(history for history in histories if history.model_id == model_id)
    explanation = explained(history, history.as_of)
    _history(page, explanation)
    _why(page, explanation)
    _timeline(page, explanation)
    segments = published.rows(SEGMENTS, asked)
    st.subheader(words("segments"))
    page.table(segments, words("in_no_segment"))
    editing.show(page, asked, model_id)


def _who(page: Context, contact_id: str) -> None:
    words = page.words
    who: Row = next(iter(page.published.rows(WHO, contact_id)), {})
    name = " ".join(part for part in (who.get("first_name"), who.get("last_name")) if part)
    heading(name or contact_id)
    work = ", ".join(part for part in (who.get("job_title"), who.get("company_name")) if part)
    place = ", ".join(part for part in (who.get("city"), who.get("country")) if part)
    reach = " · ".join(part for part in (who.get("email"), who.get("phone")) if part)
    lines(contact_id if name else "", work, place, reach)
    if status := who.get("email_status"):
        st.caption(words(f"email_{status.replace(' ', '_')}"))


def _history(page: Context, explanation: Explanation) -> None:
    words, history = page.words, explanation.history
    st.subheader(words("history"))
    past, forecast = words("past"), words("forecast")
    now = history.as_of
    steps: list[Row] = []
    score: Decimal | None = None
    for change in history.changes:
        if change.changes_at > now + AHEAD:
            break
        kind = past if change.changes_at <= now else forecast
        if kind == forecast and (not steps or steps[-1]["kind"] == past):
            steps += [_step(now, score, past), _step(now, score, forecast)]
        score = change.score
        steps.append(_step(change.changes_at, score, kind))
    if steps and steps[-1]["kind"] == past:
        steps.append(_step(now, score, past))
    steps = thinned(steps)
    st.altair_chart(
        charts.history(
            steps, _ranges(page, explanation, steps), score=words("score"), forecast=forecast, past=past
        )
    )


def thinned(steps: Sequence[Row]) -> list[Row]:
    """As many steps as a chart can show: of each stretch the first, the last, the lowest and the highest.

    Args:
        steps: `score` of each, in their order.
    """
    length = -(-len(steps) // STRETCHES)
    if length <= STEPS_OF_A_STRETCH:
        return list(steps)
    kept: list[Row] = []
    for start in range(0, len(steps), length):
        places = range(start, min(start + length, len(steps)))
        extremes = {pick(places, key=lambda place: steps[place]["score"]) for pick in (min, max)}
        kept += [steps[place] for place in sorted({places[0], places[-1], *extremes})]
    return kept


def _step(at: object, score: Decimal | None, kind: str) -> Row:
    return {"at": f"{at}Z", "score": float(score or 0), "kind": kind}


def _ranges(page: Context, explanation: Explanation, steps: Sequence[Row]) -> list[Row]:
    """The bands as far as the chart shows them."""
    scores = [step["score"] for step in steps] or [0.0]
    low, high = min(0.0, *scores), max(1.0, *scores)
    found = []
    for band in explanation.history.bands:
        begins = low if (edge := _edge(band.above, band.from_score)) is None else edge
        ends = high if (edge := _edge(band.up_to, band.below)) is None else edge
        if begins <= high and ends >= low:
            found.append(
                {"low": max(begins, low), "high": min(ends, high), "title": band.title or band.band_id}
            )
    return sorted(found, key=lambda band: band["low"])


def _edge(*edges: Decimal | None) -> float | None:
    return next((float(edge) for edge in edges if edge is not None), None)


def _why(page: Context, explanation: Explanation) -> None:
    words = page.words
    st.subheader(words("why"))
    counting: dict[str, list[StatedEntry]] = defaultdict(list)
    for stated in explanation.entries:
        if stated.state is State.COUNTS:
            counting[stated.entry.title].append(stated)
    sums = {rule: sum((each.entry.points for each in found), Decimal(0)) for rule, found in counting.items()}
    ordered = sorted(sums, key=lambda rule: (-sums[rule], rule))
    if not ordered:
        st.info(words("nothing_counts"))
        return
    st.altair_chart(
        charts.points(
            [{"rule": rule, "points": float(sums[rule])} for rule in ordered], title=words("points")
        )
    )
    arithmetic = explanation.arithmetic
    if arithmetic.unlimited != arithmetic.score:
        st.caption(words("limited", unlimited=f"{arithmetic.unlimited:.2f}", score=f"{arithmetic.score:.2f}"))
    rule = st.selectbox(words("entries_of"), ordered, index=None, key="rule", placeholder=words("which_rule"))
    if rule is not None:
        _entries(page, counting[rule])


def _entries(page: Context, entries: Sequence[StatedEntry]) -> None:
    page.table(
        [
            {
                "valid_from": stated.entry.valid_from,
                "points": float(stated.entry.points),
                "valid_to": stated.entry.valid_to,
                "activity": stated.entry.activity_id,
                "asset": stated.entry.asset,
                "note": stated.entry.note,
                "author": stated.entry.author,
            }
            for stated in entries[-ENTRIES_SHOWN:]
        ]
    )


def _timeline(page: Context, explanation: Explanation) -> None:
    """What it did, as far as rules look at it: newest first."""
    words = page.words
    st.subheader(words("timeline"))
    happened = sorted(
        (stated for stated in explanation.entries if stated.state is not State.NOT_YET),
        key=lambda stated: stated.entry.valid_from,
        reverse=True,
    )
    page.table(
        [
            {
                "at": stated.entry.valid_from,
                "what": stated.entry.title,
                "asset": stated.entry.asset,
                "points": float(stated.entry.points),
                "state": words(f"state_{stated.state.name.lower()}"),
                "note": stated.entry.note or stated.reason,
            }
            for stated in happened[:ENTRIES_SHOWN]
        ]
    )
