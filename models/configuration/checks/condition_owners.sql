with rule_conditions as (

    {{ typed_seed(ref('seed_cells'), 'rule_conditions') }}

),

conversion_conditions as (

    {{ typed_seed(ref('seed_cells'), 'conversion_conditions') }}

),

conversions as (

    select
        conversion_id,
        min(case when activity = 'transaction' then 'transaction' else 'event' end) as looks_at
    from (

        {{ typed_seed(ref('seed_cells'), 'conversions') }}

    ) as typed
    where activity is not null
    group by conversion_id

)

select
    'rule_conditions' as seed,
    rule_conditions.row_number,
    coalesce(rules.looks_at || ' rule', 'rule') as context
from rule_conditions
left join {{ ref('typed_rules') }} as rules on rule_conditions.rule_id = rules.rule_id and rules.place_in_id = 1

union all

select
    'conversion_conditions' as seed,
    conversion_conditions.row_number,
    coalesce(conversions.looks_at || ' conversion', 'conversion') as context
from conversion_conditions
left join conversions on conversion_conditions.conversion_id = conversions.conversion_id
