-- A row a contact that is merged away or that stands in a loop, and the contact that gets what is its own.
with recursive arrived as (

    select
        contact_key,
        contact_id,
        {%- if merges_by_address() %}
        contact_created_at as created_at,
        coalesce(deleted_at <= {{ as_of() }}, false) as is_deleted,
        {{ email_address('email') }} as address,
        {%- endif %}
        merged_into
    from {{ ref('int_contact_versions') }}
    where is_current

),
{%- if merges_by_address() %}

addressed as (

    {{ merged_by_address('arrived') }}

),
{%- endif %}

-- Into a contact that hasn't arrived, nobody is merged.
pointers as (

    select
        sources.contact_key,
        targets.contact_key as merged_into
    from arrived as sources
    inner join arrived as targets on sources.merged_into = targets.contact_id
    {%- if merges_by_address() %}

    union all

    select
        contact_key,
        first_key as merged_into
    from addressed
    {%- endif %}

),

-- From each contact along the pointers, until the end or until a contact comes up again.
walks as (

    select
        contact_key,
        merged_into as reached,
        1 as steps,
        {%- if merges_by_address() %}
        least(contact_key, merged_into) as lowest_key,
        {%- endif %}
        {{ list_of('contact_key') }} as visited
    from pointers

    union all

    select
        walks.contact_key,
        pointers.merged_into as reached,
        walks.steps + 1 as steps,
        {%- if merges_by_address() %}
        least(walks.lowest_key, pointers.merged_into) as lowest_key,
        {%- endif %}
        array_append(walks.visited, walks.reached) as visited
    from walks
    inner join pointers on walks.reached = pointers.contact_key
    where not array_contains(walks.visited, walks.reached)

),

loops as (

    {% if merges_by_address() -%}
    {{ first_of_rounds('walks', 'addressed') }}
    {%- else -%}
    select distinct contact_key
    from walks
    where reached = contact_key
    {%- endif %}

),

-- The walk ends at the first contact that is in a loop or points nowhere.
ends as (

    select
        walks.contact_key,
        walks.reached,
        row_number() over (partition by walks.contact_key order by walks.steps) as place
    from walks
    left join pointers on walks.reached = pointers.contact_key
    left join loops on walks.reached = loops.contact_key
    where pointers.contact_key is null or loops.contact_key is not null

)

select
    ends.contact_key,
    case when loops.contact_key is null then ends.reached else ends.contact_key end as survivor_key,
    loops.contact_key is not null as is_loop
from ends
left join loops on ends.contact_key = loops.contact_key
where ends.place = 1{% if merges_by_address() %} and coalesce(loops.is_loop, true){% endif %}
