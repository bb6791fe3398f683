{{- config(materialized="view", tags=["constant"]) -}}

{% set both_ends = '(select 1 as sign union all select -1 as sign)' -%}
{% set moved_at = 'case when ends.sign = 1 then ledger.valid_from else ledger.valid_to end' -%}

-- What moves the scores of the run's contacts: an entry when it begins and when it ends. Entries of a category that has limits
-- count together, as far as its limits let them (contract 4.8).
with rule_limits as (

    select
        rules.rule_number,
        limits.category_number
    from {{ ref('config_rules') }} as rules
    inner join {{ ref('config_category_limits') }} as limits
        on
            rules.model_id = limits.model_id
            and rules.category = limits.category
    where rules.operation != 'set'

),

category_sums as (

    select
        model_number,
        contact_key,
        category_number,
        moved_at,
        sum(points) over (
            partition by model_number, contact_key, category_number
            order by moved_at
            rows between unbounded preceding and current row
        ) as points
    from (
        select
            ledger.model_number,
            ledger.contact_key,
            rule_limits.category_number,
            {{ moved_at }} as moved_at,
            sum(ends.sign * ledger.points) as points
        from {{ ref('int_ledger') }} as ledger
        inner join {{ ref('run_contacts') }} as contacts on ledger.contact_key = contacts.contact_key
        inner join rule_limits on ledger.rule_number = rule_limits.rule_number
        cross join {{ both_ends }} as ends
        where {{ moved_at }} is not null and ledger.valid_from is distinct from ledger.valid_to
        group by ledger.model_number, ledger.contact_key, rule_limits.category_number, {{ moved_at }}
    ) as netted

),

limited as (

    select
        sums.model_number,
        sums.contact_key,
        sums.category_number,
        sums.moved_at,
        limits.empty_points,
        {{ within('sums.points', 'limits.minimum', 'limits.maximum') }} as points
    from category_sums as sums
    inner join {{ ref('config_category_limits') }} as limits on sums.category_number = limits.category_number

)

select
    ledger.model_number,
    ledger.contact_key,
    {{ moved_at }} as moved_at,
    ends.sign * ledger.points as points
from {{ ref('int_ledger') }} as ledger
inner join {{ ref('run_contacts') }} as contacts on ledger.contact_key = contacts.contact_key
left join rule_limits on ledger.rule_number = rule_limits.rule_number
cross join {{ both_ends }} as ends
where rule_limits.rule_number is null and {{ moved_at }} is not null and ledger.valid_from is distinct from ledger.valid_to

union all

-- What a limited category adds: the difference in what is left of it.
select
    model_number,
    contact_key,
    moved_at,
    points - lag(points, 1, empty_points) over (
        partition by model_number, contact_key, category_number
        order by moved_at
    ) as points
from limited

union all

-- A history begins with the contact, even if nothing ever counts.
select
    audience.model_number,
    audience.contact_key,
    audience.created_at as moved_at,
    0 as points
from {{ ref('int_audience') }} as audience
inner join {{ ref('run_contacts') }} as contacts on audience.contact_key = contacts.contact_key
