"""How it stands: contacts by band, who rose and fell and why, what is to come, what needs a look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st

from leadscore.page import charts
from leadscore.page.context import Context
from leadscore.page.published import Row

BAND_COUNTS = """
select coalesce(band_id, '') as band_id, count(*) as contacts
from marts.contact_scores where model_id = ? group by all
"""
RANGE = """
select min(score)::double as low, max(score)::double as high from marts.contact_scores where model_id = ?
"""
BINS = """
with bins as (
    select floor(score / ?) as bin, count(*) as contacts
    from marts.contact_scores where model_id = ? group by all
)

select (bin * ?)::double as low, ((bin + 1) * ?)::double as high, contacts from bins order by bin
"""
MOVED = """
with moved as (
    select keys.contact_key, scores.contact_id, scores.score, scores.band_title
    from marts.contact_scores as scores
    inner join store.int_contact_keys as keys on scores.contact_id = keys.contact_id
    where scores.model_id = ? and scores.last_changed_at > ? and scores.history_began_at <= ?
),

earlier as (
    select changes.contact_key, changes.score
    from store.int_score_changes as changes
    inner join configuration.config_models as models on changes.model_number = models.model_number
    where models.model_id = ? and changes.valid_from <= ? and coalesce(changes.valid_to > ?, true)
),

changes as materialized (
    select
        moved.contact_id, moved.band_title as band, earlier.score::double as score_then,
        moved.score::double as score_now, (moved.score - earlier.score)::double as change
    from moved
    inner join earlier on moved.contact_key = earlier.contact_key
    where moved.score != earlier.score
)

(from changes where change > 0 order by change desc, contact_id limit ?)
union all
(from changes where change < 0 order by change, contact_id limit ?)
"""
# What began and still counts, and what counted and has ended.
WHY = """
with span as (select cast(? as timestamp) as since, cast(? as timestamp) as until),

moves as (
    select
        entries.contact_id, coalesce(rules.title, entries.rule_id, entries.note, entries.entry_type) as rule,
        sum(case when entries.valid_from > span.since then entries.points else -entries.points end) as moved
    from marts.fct_score_ledger as entries
    cross join span
    left join marts.dim_scoring_rules as rules on entries.rule_id = rules.rule_id
    where
        entries.model_id = ? and list_contains(?, entries.contact_id) and entries.valid_from <= span.until
        and (entries.valid_from > span.since) = coalesce(entries.valid_to > span.until, true)
        and coalesce(entries.valid_to > span.since, true)
    group by all
)

select contact_id, rule, moved::double as points from moves where moved != 0 order by abs(moved) desc, rule
"""
COMING = """
select
    coalesce(was.title, forecast.from_band_id, '') as band_before,
    coalesce(becomes.title, forecast.to_band_id, '') as band_after,
    count(distinct forecast.contact_id) as contacts
from marts.score_forecast as forecast
left join marts.dim_score_bands as was
    on forecast.model_id = was.model_id and forecast.from_band_id = was.band_id
left join marts.dim_score_bands as becomes
    on forecast.model_id = becomes.model_id and forecast.to_band_id = becomes.band_id
where
    forecast.model_id = ? and forecast.changes_at <= ?
    and forecast.from_band_id is distinct from forecast.to_band_id
group by all
order by contacts desc, band_before, band_after
"""
DUE = """
select coalesce(bands.title, notices.band_id) as band, count(*) as contacts
from marts.notifications as notices
left join marts.dim_score_bands as bands
    on notices.model_id = bands.model_id and notices.band_id = bands.band_id
where notices.model_id = ? and notices.is_due
group by all
order by contacts desc, band
"""
PROBLEMS = """
select metric, value from marts.run_summary
where
    value > 0
    and metric in ('activities_waiting', 'adjustments_waiting', 'rejected_rows', 'activities_later')
order by place
"""
BINS_WANTED = 40
MOVERS_SHOWN = 10
REASONS_SHOWN = 2
DAYS = (7, 30, 90)
FORECAST_DAYS = 30


def show(page: Context) -> None:
    """The page."""
    words, published = page.words, page.published
    st.title(words("overview"))
    as_of = published.as_of
    scored = published.row("select value from marts.run_summary where metric = 'contacts_scored'")["value"]
    st.caption(words("as_of", at=as_of, contacts=int(scored)))
    st.caption(words.age(datetime.now(UTC) - published.published_at))
    model_id = page.pick_model()
    left, right = st.columns(2)
    with left:
        _bands(page, model_id)
    with right:
        _distribution(page, model_id)
    _movers(page, model_id, as_of)
    left, right = st.columns(2)
    with left:
        st.subheader(words("coming", days=FORECAST_DAYS))
        coming = published.rows(COMING, model_id, as_of + timedelta(days=FORECAST_DAYS))
        page.table(coming, words("nothing_coming"))
    with right:
        st.subheader(words("due"))
        page.table(published.rows(DUE, model_id), words("nothing_due"))
    st.subheader(words("problems"))
    problems = published.rows(PROBLEMS)
    for problem in problems:
        st.warning(words.several(int(problem["value"]), f"problem_{problem['metric']}"))
    if not problems:
        st.success(words("no_problems"))


def _bands(page: Context, model_id: str) -> None:
    words = page.words
    st.subheader(words("by_band"))
    found = {row["band_id"]: row["contacts"] for row in page.published.rows(BAND_COUNTS, model_id)}
    st.altair_chart(
        charts.bars(page.by_band(model_id, found), label="band", value="contacts", title=words("contacts"))
    )


def _distribution(page: Context, model_id: str) -> None:
    words, published = page.words, page.published
    st.subheader(words("distribution"))
    span = published.row(RANGE, model_id)
    if span["low"] is None:
        st.info(words("nobody"))
        return
    width = bin_width(span["low"], span["high"])
    bins = published.rows(BINS, width, model_id, width, width)
    edges = [
        {"at": float(edge), "title": band["title"]}
        for band in page.bands(model_id)
        if (edge := band["from_score"] if band["above"] is None else band["above"]) is not None
        and span["low"] - width <= edge <= span["high"] + width
    ]
    st.altair_chart(charts.distribution(bins, edges, score=words("score"), contacts=words("contacts")))


def bin_width(low: float, high: float) -> float:
    """A round width of bins: some forty from the lowest score to the highest."""
    width = 0.01
    for step in (step * 10.0**power for power in range(-2, 12) for step in (1, 2, 5)):
        width = step
        if (high - low) / step <= BINS_WANTED:
            break
    return width


def _movers(page: Context, model_id: str, as_of: datetime) -> None:
    words = page.words
    st.subheader(words("movers"))
    days = st.segmented_control(
        words("since"),
        DAYS,
        default=DAYS[0],
        format_func=lambda number: words("days", days=number),
        key="days",
        required=True,
    )
    since = as_of - timedelta(days=days or DAYS[0])
    found = movers(page, model_id, since, as_of)
    for rises, title in ((True, "rose"), (False, "fell")):
        st.markdown(f"**{words(title)}**")
        page.table([row for row in found if (row["change"] > 0) is rises], words("nobody_moved"))


def movers(page: Context, model_id: str, since: datetime, as_of: datetime) -> Sequence[Row]:
    """Who rose and who fell most since an instant, who moved furthest first, and by which rules."""
    limits = (model_id, since, since, model_id, since, since, MOVERS_SHOWN, MOVERS_SHOWN)
    found = page.published.rows(MOVED, *limits)
    why = _reasons(page, model_id, [row["contact_id"] for row in found], since, as_of)
    found.sort(key=lambda row: (-abs(row["change"]), row["contact_id"]))
    return [{**row, "why": why.get(row["contact_id"], "")} for row in found]


def _reasons(
    page: Context, model_id: str, contacts: Sequence[str], since: datetime, as_of: datetime
) -> Mapping[str, str]:
    rows = page.published.rows(WHY, since, as_of, model_id, list(contacts))
    told: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        told[row["contact_id"]].append(f"{row['rule']} ({row['points']:+g})")
    return {contact: ", ".join(reasons[:REASONS_SHOWN]) for contact, reasons in told.items()}
