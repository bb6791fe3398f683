{%- set prefixes = [] -%}
{%- for prefix, described in json_fields().items() -%}
{%- do prefixes.append([prefix, described.kind]) -%}
{%- endfor -%}
with cells as (

    select * from {{ ref('seed_cells') }}

),

rules as (

    select * from {{ ref('typed_rules') }}

),

-- What is named where, and in a condition what it is compared with. A field in vain is another mistake.
named as (

    select
        named.seed,
        named.row_number,
        named.column_name,
        case named.seed
            when 'model_conditions' then 'model'
            when 'segment_conditions' then 'segment'
            when 'scoring_rules' then coalesce(rules.looks_at, 'activity')
            else owners.context
        end as context,
        named.value as field,
        operators.value as operator,
        compared.value,
        case when named.seed = 'segment_conditions' then {{ field_in_braces_sql('compared.value') }} end as other_field
    from cells as named
    left join cells as operators
        on named.seed = operators.seed and named.row_number = operators.row_number and operators.column_name = 'operator'
    left join cells as compared
        on named.seed = compared.seed and named.row_number = compared.row_number and compared.column_name = 'value'
    left join {{ ref('condition_owners') }} as owners
        on named.seed = owners.seed and named.row_number = owners.row_number
    left join rules
        on named.seed = 'scoring_rules' and named.row_number = rules.row_number
    where
        named.column_type = 'field'
        and named.value is not null
        and (
            named.column_name = 'field'
            or (named.column_name in ('once_per', 'per_field') and rules.trigger = 'activity')
            or (named.column_name = 'measure_field' and rules.trigger = 'window')
        )

),

-- What a segment's condition compares with may be a field too.
unioned as (

    select * from named
    union all
    select
        seed, row_number, 'value' as column_name, context, other_field as field, null as operator, null as value, null as other_field
    from named
    where other_field is not null

),

fields as (

    select * from {{ inline_table(field_rows(), ['field', 'kind', 'field_type']) }}
    {%- for kind, type in model_field_types().items() %}
    union all
    select distinct '{{ kind }}.' || value, '{{ kind }}', '{{ type }}'
    from cells
    where seed = 'scoring_models' and column_name = 'model_id'
    {%- endfor %}
    union all
    select distinct 'segment.' || value as field, 'segment' as kind, 'boolean' as field_type
    from cells
    where seed = 'segments' and column_name = 'segment_id'

),

resolved as (

    select
        named.*,
        coalesce(fields.kind, json_fields.kind) as kind,
        coalesce(fields.field_type, case when json_fields.kind is not null then 'text' end) as field_type
    from unioned as named
    left join fields on named.field = fields.field
    left join {{ inline_table(prefixes, ['prefix', 'kind'], 'json_fields') }}
        on {{ starts_with('named.field', 'json_fields.prefix') }} and named.field != json_fields.prefix

)

select
    resolved.*,
    contexts.place,
    contexts.allowed as allowed_fields,
    operators.takes,
    operators.allowed as allowed_operators,
    contexts.is_allowed as can_stand_here,
    operators.is_allowed as operator_suits
from resolved
inner join {{ inline_table(context_rows(), ['context', 'kind', 'place', 'allowed', 'is_allowed'], 'contexts') }}
    on resolved.context = contexts.context and coalesce(resolved.kind, '') = contexts.kind
left join {{ inline_table(
    operator_rows(), ['operator', 'field_type', 'in_segments', 'takes', 'allowed', 'is_allowed'], 'operators',
) }}
    on
        resolved.operator = operators.operator
        and resolved.field_type = operators.field_type
        and operators.in_segments = (resolved.context = 'segment')
