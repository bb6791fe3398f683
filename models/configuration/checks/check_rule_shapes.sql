{{- config(materialized="ephemeral") -}}

-- What a rule of each shape must have, and can't have.
with shapes (shape, is_needed, columns_of_shape) as (

    values
    ('an activity rule', true, 'activity'),
    ('an activity rule', false, 'measure|measure_field|comparator|threshold|threshold_high|window_length'),
    ('a window rule', true, 'activity|measure|comparator|threshold'),
    ('a window rule', false, 'once_per|limit_count|limit_period|per_field|per_step'),
    (
        'a profile rule', false,
        'activity|measure|measure_field|comparator|threshold|threshold_high|window_length|once_per|limit_count|limit_period'
        || '|per_field|per_step'
    ),
    ('a rule that counts while it holds (recurrence `while`)', false, 'delay|expires_after|decay'),
    ('a `set`', false, 'expires_after|decay'),
    ('a rule with decay', true, 'decay_percent|decay_every'),
    ('a rule without decay', false, 'decay_percent|decay_every'),
    ('a rule without limit_count', false, 'limit_period'),
    ('a rule without per_field', false, 'per_step'),
    ('a measure other than `count`', true, 'measure_field'),
    ('comparator `between`', true, 'threshold_high'),
    ('a comparator other than `between`', false, 'threshold_high')

),

demands as (

    select
        shape,
        is_needed,
        {{ explode_split('columns_of_shape', '|') }} as column_name
    from shapes

),

demanded as (

    select
        cells.*,
        demands.shape,
        demands.is_needed
    from {{ ref('typed_rules') }} as rules
    inner join {{ ref('seed_cells') }} as cells on cells.seed = 'scoring_rules' and rules.row_number = cells.row_number
    inner join demands on cells.column_name = demands.column_name
    where
        case demands.shape
            when 'an activity rule' then rules.trigger = 'activity'
            when 'a window rule' then rules.trigger = 'window'
            when 'a profile rule' then rules.trigger = 'profile'
            when 'a rule that counts while it holds (recurrence `while`)'
                then rules.effective_recurrence = 'while' and rules.operation in ('add', 'subtract')
            when 'a `set`' then rules.operation = 'set'
            when 'a rule with decay' then rules.decay is not null
            when 'a rule without decay' then rules.decay is null
            when 'a rule without limit_count' then rules.trigger = 'activity' and not rules.has_limit_count
            when 'a rule without per_field' then rules.trigger = 'activity' and not rules.has_per_field
            when 'a measure other than `count`'
                then rules.trigger = 'window' and rules.measure in ('sum', 'count_distinct', 'average')
            when 'comparator `between`' then rules.trigger = 'window' and rules.comparator = 'between'
            when 'a comparator other than `between`'
                then rules.trigger = 'window' and rules.comparator in ('>=', '>', '<', '<=', '=')
        end

)

-- check: a rule has what its shape needs, and nothing that it can't have
select
    seed, row_number, column_name,
    shape || case when is_needed then ' needs ' else ' can''t have ' end || column_name as problem,
    case when is_needed then allowed else 'an empty cell' end as allowed
from demanded
where is_needed = (value is null)
