{{- config(materialized="incremental", incremental_strategy="added_rows") -}}

-- How many of those for whom a rule counted converted, and how many of the others.
with totals as (

    select
        conversion_number,
        model_number,
        count(*) as observed,
        count(converted_at) as converted
    from {{ ref('int_observations') }}
    group by conversion_number, model_number

),

-- The observations at which a rule counts, and what it adds there.
counting as (

    select
        observed.conversion_number,
        ledger.rule_number,
        observed.contact_key,
        observed.observed_at,
        observed.converted_at,
        sum(ledger.points) as points
    from {{ ref('int_observations') }} as observed
    inner join {{ ref('int_ledger') }} as ledger
        on
            observed.model_number = ledger.model_number
            and observed.contact_key = ledger.contact_key
            and observed.observed_at >= ledger.valid_from
            and (ledger.valid_to is null or observed.observed_at < ledger.valid_to)
    where ledger.rule_number is not null
    group by
        observed.conversion_number, ledger.rule_number, observed.contact_key, observed.observed_at, observed.converted_at

),

with_rule as (

    select
        conversion_number,
        rule_number,
        count(*) as observed,
        count(converted_at) as converted,
        cast(sum(points) as double) / count(*) as points_average
    from counting
    group by conversion_number, rule_number

),

counted as (

    select
        conversions.conversion_id,
        rules.rule_id,
        rules.model_id,
        with_rule.points_average,
        coalesce(with_rule.observed, 0) as with_observed,
        coalesce(with_rule.converted, 0) as with_converted,
        coalesce(totals.observed, 0) - coalesce(with_rule.observed, 0) as without_observed,
        coalesce(totals.converted, 0) - coalesce(with_rule.converted, 0) as without_converted
    from {{ ref('config_rules') }} as rules
    cross join {{ ref('config_conversions') }} as conversions
    left join totals
        on
            conversions.conversion_number = totals.conversion_number
            and rules.model_number = totals.model_number
    left join with_rule
        on
            conversions.conversion_number = with_rule.conversion_number
            and rules.rule_number = with_rule.rule_number

),

-- Half a case more in each cell (Haldane, 1956; Anscombe, 1956): an empty one has a logarithm too. Engines' logarithms differ in the
-- last digit.
odds as (

    select
        *,
        round(ln(
            (with_converted + 0.5e0) * (without_observed - without_converted + 0.5e0)
            / ((with_observed - with_converted + 0.5e0) * (without_converted + 0.5e0))
        ), 12) as log_odds,
        sqrt(
            1 / (with_converted + 0.5e0) + 1 / (with_observed - with_converted + 0.5e0)
            + 1 / (without_converted + 0.5e0) + 1 / (without_observed - without_converted + 0.5e0)
        ) as standard_error
    from counted

)

select
    conversion_id,
    model_id,
    rule_id,
    with_observed,
    with_converted,
    without_observed,
    without_converted,
    {{ share('with_converted', 'with_observed') }} as with_rate,
    {{ share('without_converted', 'without_observed') }} as without_rate,
    {{ share('with_converted', 'with_observed') }}
    / nullif({{ share('(with_converted + without_converted)', '(with_observed + without_observed)') }}, 0) as lift,
    points_average,
    log_odds,
    log_odds - {{ normal_quantile() }} * standard_error as log_odds_low,
    log_odds + {{ normal_quantile() }} * standard_error as log_odds_high,
    {{ as_of() }} as as_of
from odds
where true {{- learned_anew() }}
