{{- config(materialized="ephemeral") -}}

{% set currency = currency_var() -%}

with cells as (

    select * from {{ ref('seed_cells') }}

),

ranges (seed, low, high) as (

    values
    ('scoring_models', 'minimum_score', 'maximum_score'),
    ('category_limits', 'minimum', 'maximum'),
    ('rfm_segments', 'recency_from', 'recency_to'),
    ('rfm_segments', 'frequency_from', 'frequency_to'),
    ('rfm_segments', 'monetary_from', 'monetary_to')

),

rates as (

    select
        rates.row_number,
        lower(rates.currency) as currency,
        coalesce(rates.valid_from, {{ beginning_of_time() }}) as valid_from
    from (
        {{ typed_seed(ref('seed_cells'), 'exchange_rates') }}
    ) as rates
    inner join cells as dates
        on dates.seed = 'exchange_rates' and rates.row_number = dates.row_number and dates.column_name = 'valid_from'
    where rates.currency is not null and (dates.value is null or dates.is_readable)

),

matrix_models as (

    select
        models.*,
        first_value(models.value) over (partition by matrices.value, models.column_name order by models.row_number) as first_seen
    from cells as models
    inner join cells as matrices
        on models.seed = matrices.seed and models.row_number = matrices.row_number and matrices.column_name = 'matrix_id'
    where
        models.column_name in ('first_model_id', 'second_model_id')
        and models.value is not null
        and matrices.value is not null

)

-- check: the lower end of a range is not above its upper one
select
    low.seed, low.row_number, low.column_name,
    low.column_name || ' lies above ' || high.column_name as problem,
    'a number at or below ' || high.column_name as allowed
from ranges
inner join cells as low on ranges.seed = low.seed and ranges.low = low.column_name
inner join cells as high on ranges.seed = high.seed and ranges.high = high.column_name and low.row_number = high.row_number
where low.number > high.number and (low.column_type = 'integer' or (low.is_readable and high.is_readable))

union all

-- check: a category limit has a minimum or a maximum
select
    seed, row_number, 'maximum' as column_name,
    'the limit has neither minimum nor maximum' as problem,
    'a minimum, a maximum, or both' as allowed
from cells
where seed = 'category_limits' and column_name in ('minimum', 'maximum')
group by seed, row_number
having count(value) = 0

union all

-- check: a matrix has the same models in all its rows
select
    seed, row_number, column_name,
    'earlier rows of this matrix have model ' || {{ shown('first_seen') }} as problem,
    'one pair of models for each matrix_id' as allowed
from matrix_models
where value != first_seen

union all

-- check: a currency has one rate at an instant
select
    'exchange_rates' as seed, row_number, 'valid_from' as column_name,
    concat('row ', first_row, ' has a rate of this currency from the same instant on') as problem,
    'one rate of a currency at an instant' as allowed
from (
    select
        *,
        min(row_number) over (partition by currency, valid_from) as first_row
    from rates
) as placed
where row_number > first_row

union all

-- check: a rate is of another currency than the one that amounts are converted to
select
    'exchange_rates' as seed, row_number, 'currency' as column_name,
    '<cell> is var currency itself' as problem,
    'another currency: amounts in this one stay as they are' as allowed
from rates
where currency = {{ literal(currency or '') }}
