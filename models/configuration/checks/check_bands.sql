{{- config(materialized="ephemeral") -}}

-- Bounds that can't be read, or are given twice, have a mistake of their own.
with bands as (

    select
        row_number,
        max(case when column_name = 'model_id' then value end) as model_id,
        max(case when column_name = 'band_id' then value end) as band_id,
        max(case when column_name in ('above', 'from_score') then number end) as lower_bound,
        max(case when column_name in ('up_to', 'below') then number end) as upper_bound,
        count(case when column_name in ('above', 'from_score') then value end) as lower_bounds,
        count(case when column_name in ('up_to', 'below') then value end) as upper_bounds,
        count(case when column_type = 'points' and not is_readable then value end) as unreadable_bounds,
        count(case when column_name = 'above' then value end) = 0 as includes_lower,
        count(case when column_name = 'below' then value end) = 0 as includes_upper
    from {{ ref('seed_cells') }}
    where seed = 'score_bands'
    group by row_number

),

-- A missing bound lies beyond all points.
limits as (

    select
        *,
        coalesce(lower_bound, -10000000000) as lowest,
        coalesce(upper_bound, 10000000000) as highest
    from bands
    where lower_bounds < 2 and upper_bounds < 2 and unreadable_bounds = 0

),

intervals as (

    select
        *,
        lowest < highest or (lowest = highest and includes_lower and includes_upper) as holds_scores
    from limits

)

-- check: a band has one lower bound
select
    'score_bands' as seed, row_number, 'from_score' as column_name,
    'the band has both above and from_score' as problem,
    'one of them: above is exclusive, from_score inclusive' as allowed
from bands
where lower_bounds > 1

union all

-- check: a band has one upper bound
select
    'score_bands' as seed, row_number, 'below' as column_name,
    'the band has both up_to and below' as problem,
    'one of them: up_to is inclusive, below exclusive' as allowed
from bands
where upper_bounds > 1

union all

-- check: a band isn't empty
select
    'score_bands' as seed, row_number, 'band_id' as column_name,
    'no score lies in this band: its lower bound is not below its upper one' as problem,
    'bounds in order' as allowed
from intervals
where not holds_scores

union all

-- check: the bands of a model don't overlap
select
    'score_bands' as seed, later.row_number, 'band_id' as column_name,
    concat('the band overlaps band ', {{ shown('earlier.band_id') }}, ' of row ', earlier.row_number) as problem,
    'bands that share no score; gaps are allowed' as allowed
from intervals as later
inner join intervals as earlier
    on
        later.model_id = earlier.model_id
        and later.row_number > earlier.row_number
        and later.band_id != earlier.band_id
        and later.lowest <= earlier.highest
        and later.highest >= earlier.lowest
        and (later.lowest < earlier.highest or (later.includes_lower and earlier.includes_upper))
        and (later.highest > earlier.lowest or (later.includes_upper and earlier.includes_lower))
where later.holds_scores and earlier.holds_scores
