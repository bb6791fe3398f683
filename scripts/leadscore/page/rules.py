"""The rules of a model: for how many each counts, its share of the points, whom it tells apart; dead ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import streamlit as st

from leadscore.page import charts
from leadscore.page.context import Context, heading, lines, titles
from leadscore.page.published import Published, Row
from leadscore.page.rule_words import rule_in_words

# Between which numbers those of contacts lie.
KEYS = """
select coalesce(min(contact_key), 0) as low, coalesce(max(contact_key), 0) as high from store.int_ledger
"""
# One scan of the ledger. Contacts are counted as bits, one each: grouping by contact takes thrice as long.
RULES = """
with entries as (
    select
        rule_number, contact_key, points, starts_at,
        valid_from <= $2 and coalesce(valid_to > $2, true) as counts
    from store.int_ledger
    where
        model_number = (select model_number from configuration.config_models where model_id = $1)
        and rule_number is not null and starts_at <= $2
),

counted as (
    select
        rule_number, max(starts_at) as last_fired,
        bit_count(bitstring_agg(contact_key, $3, $4) filter (counts)) as contacts,
        sum(points) filter (counts and points > 0) as points_for,
        sum(points) filter (counts and points < 0) as points_against
    from entries
    group by rule_number
)

select
    rules.rule_id, rules.title, rules.valid_from, rules.valid_to, counted.last_fired,
    coalesce(counted.contacts, 0) as contacts,
    coalesce((coalesce(points_for, 0) + coalesce(points_against, 0))::double, 0) as points,
    round(100 * points_for::double / sum(points_for::double) over (), 1) as share_for,
    round(100 * points_against::double / sum(points_against::double) over (), 1) as share_against
from configuration.config_rules as rules
left join counted on rules.rule_number = counted.rule_number
where rules.model_id = $1
order by contacts desc, rules.title, rules.rule_id
"""
CONVERSIONS = """
select conversions.conversion_id, coalesce(conversions.title, conversions.conversion_id) as title
from configuration.config_conversions as conversions
where conversions.conversion_id in (select conversion_id from marts.rule_effectiveness where model_id = ?)
order by conversions.conversion_id
"""
EFFECTS = """
select
    rule_id, with_observed, with_converted, round(100 * with_rate, 2) as with_rate,
    round(100 * without_rate, 2) as without_rate, round(lift, 2) as lift,
    case
        when with_observed = 0 then 'unseen'
        when log_odds_low > 0 then 'more'
        when log_odds_high < 0 then 'less'
        else 'nothing'
    end as tells,
    as_of
from marts.rule_effectiveness
where model_id = ? and conversion_id = ?
"""
RULE = "select * from configuration.config_rules where rule_id = ?"
CONDITIONS = """
select clause, field, operator, value
from configuration.config_conditions
where owner_type = 'rule' and owner_id = ?
order by row_number
"""
WHOM = """
with counting as (
    select contact_key, sum(points) as points, count(*) as entries
    from store.int_ledger
    where
        rule_number = (select rule_number from configuration.config_rules where rule_id = $1)
        and valid_from <= $2 and coalesce(valid_to > $2, true)
    group by contact_key
    order by abs(sum(points)) desc, contact_key
    limit $3
)

select
    keys.contact_id, nullif(concat_ws(' ', profiles.first_name, profiles.last_name), '') as name,
    profiles.company_name, counting.points::double as points, counting.entries,
    scores.score::double as score, coalesce(bands.title, bands.band_id) as band
from counting
inner join store.int_contact_keys as keys on counting.contact_key = keys.contact_key
left join store.int_profiles as profiles on counting.contact_key = profiles.contact_key
left join store.int_scores as scores
    on
        counting.contact_key = scores.contact_key
        and scores.model_number = (select model_number from configuration.config_rules where rule_id = $1)
left join configuration.config_bands as bands on scores.band_number = bands.band_number
order by abs(counting.points) desc, keys.contact_id
"""
BARS_SHOWN = 15
CONTACTS_SHOWN = 20


def show(page: Context) -> None:
    """The page."""
    words = page.words
    st.title(words("rules_title"))
    model_id = page.pick_model()
    as_of = page.published.as_of
    rules = counted(page.published, model_id, as_of)
    if not rules:
        st.info(words("no_rules"))
        return
    names = titles((rule["rule_id"], rule["title"]) for rule in rules)
    _dead(page, rules, names, as_of)
    st.subheader(words("all_rules"))
    effects = _effects(page, model_id)
    shown = [_row(page, rule, names, as_of, effects) for rule in rules]
    st.caption(words("shares_help"))
    chosen = page.chosen_of(shown, "rules")
    key = f"rule_{model_id}"
    page.hand_on(rules[shown.index(chosen)]["rule_id"] if chosen else None, key)
    rule_id = st.selectbox(
        words("rule"),
        list(names),
        index=None,
        format_func=names.__getitem__,
        key=key,
        bind="query-params",
        placeholder=words("which_rule"),
    )
    if rule_id is not None:
        rule = next(rule for rule in rules if rule["rule_id"] == rule_id)
        _rule(page, rule, names[rule_id], as_of, effects.get(rule_id))
    _points(page, rules, names)


def counted(published: Published, model_id: str, as_of: datetime) -> Sequence[Row]:
    """The rules of a model: for how many contacts each counts, with how many points, and when it last fired.

    Args:
        published: The publication.
        model_id: The model.
        as_of: The instant, UTC.
    """
    keys = published.row(KEYS)
    return published.rows(RULES, model_id, as_of, keys["low"], keys["high"])


def state_of(rule: Row, as_of: datetime) -> str:
    """Whether a rule counts for anybody, or why not: what `state_*` calls it.

    Args:
        rule: One of those counted.
        as_of: The instant, UTC.
    """
    if rule["contacts"]:
        return "counts"
    if rule["valid_from"] is not None and rule["valid_from"] > as_of:
        return "not_begun"
    if rule["valid_to"] is not None and rule["valid_to"] <= as_of:
        return "ended"
    return "never_fired" if rule["last_fired"] is None else "counts_for_nobody"


def _dead(page: Context, rules: Sequence[Row], names: Mapping[str, str], as_of: datetime) -> None:
    words = page.words
    dead = [rule for rule in rules if state_of(rule, as_of) not in ("counts", "not_begun")]
    if not dead:
        st.success(words("no_dead_rules"))
        return
    st.warning(words.several(len(dead), "dead_rules"))
    page.table(
        [
            {
                "rule": names[rule["rule_id"]],
                "state": words(f"state_{state_of(rule, as_of)}"),
                "last_fired": rule["last_fired"],
            }
            for rule in dead
        ]
    )


def _effects(page: Context, model_id: str) -> Mapping[str, Row]:
    """What each rule tells about a conversion that the reader chooses; nothing, where none is configured."""
    words, published = page.words, page.published
    conversions = titles(
        (row["conversion_id"], row["title"]) for row in published.rows(CONVERSIONS, model_id)
    )
    if not conversions:
        st.info(words("no_conversions"))
        return {}
    conversion = st.selectbox(
        words("conversion"),
        list(conversions),
        format_func=conversions.__getitem__,
        key="conversion",
        bind="query-params",
    )
    rows = published.rows(EFFECTS, model_id, conversion)
    st.caption(words("effects_help", at=rows[0]["as_of"]))
    return {row["rule_id"]: row for row in rows}


def _row(
    page: Context, rule: Row, names: Mapping[str, str], as_of: datetime, effects: Mapping[str, Row]
) -> Row:
    """A rule as the table shows it."""
    row: Row = {"rule": names[rule["rule_id"]], "state": page.words(f"state_{state_of(rule, as_of)}")}
    row |= {name: rule[name] for name in ("contacts", "points", "share_for", "share_against", "last_fired")}
    if not effects:
        return row
    effect = effects.get(rule["rule_id"], {"tells": "unseen"})
    row |= {name: effect.get(name) for name in ("with_rate", "without_rate", "lift")}
    return {**row, "tells": page.words(f"tells_{effect['tells']}")}


def _rule(page: Context, rule: Row, name: str, as_of: datetime, effect: Row | None) -> None:
    """One rule: what it says, what it tells, and for whom it counts most."""
    words, published = page.words, page.published
    heading(name, 2)
    said = published.row(RULE, rule["rule_id"])
    conditions = published.rows(CONDITIONS, rule["rule_id"])
    lines(said["description"] or "", *rule_in_words(words, said, conditions))
    if effect and effect["with_observed"]:
        told = [
            words(
                "effect_with",
                observed=effect["with_observed"],
                converted=effect["with_converted"],
                rate=words.number(effect["with_rate"], 2),
            )
        ]
        if effect["without_rate"] is not None:
            told.append(words("effect_without", rate=words.number(effect["without_rate"], 2)))
        st.caption(" ".join(told))
    contacts = published.rows(WHOM, rule["rule_id"], as_of, CONTACTS_SHOWN)
    if not contacts:
        st.info(words("counts_for_nobody"))
        return
    st.subheader(words("counts_most_for"))
    page.open_one_of(contacts, "contacts")


def _points(page: Context, rules: Sequence[Row], names: Mapping[str, str]) -> None:
    """The rules that give and take most, as bars."""
    words = page.words
    st.subheader(words("most_points"))
    most = sorted((rule for rule in rules if rule["points"]), key=lambda rule: -abs(rule["points"]))
    if not most:
        st.info(words("nothing_counts"))
        return
    bars = [{"rule": names[rule["rule_id"]], "points": rule["points"]} for rule in most[:BARS_SHOWN]]
    st.altair_chart(charts.points(sorted(bars, key=lambda bar: -float(bar["points"])), title=words("points")))
