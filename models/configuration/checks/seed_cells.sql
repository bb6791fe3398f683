{%- set registered = [] -%}
{%- set choices = [] -%}
{%- for seed, columns in seed_registry().items() -%}
{%- for name, type, options in columns -%}
{%- set range = [options.get('above'), options.get('at_least'), options.get('at_most')] -%}
{%- do registered.append(
    [seed, name, type, what_is_allowed(type, options), options.get('required', false)] + range + (options.refers_to or [none, none])
) -%}
{%- for choice in options.get('one_of', []) -%}
{%- do choices.append([seed, name, choice]) -%}
{%- endfor -%}
{%- endfor -%}
{%- endfor -%}
{#- A number that can be kept exactly, with so many digits after the point. -#}
{%- set exact = "^\\s*[+-]?([0-9]+\\.?[0-9]{0,%d}0*|\\.[0-9]{1,%d}0*)([eE]\\+?[0-9]+)?\\s*$" -%}
with seed_columns as (

    select * from {{ inline_table(registered, [
        'seed', 'column_name', 'column_type', 'allowed', 'is_required', 'above', 'at_least', 'at_most', 'to_seed', 'to_column',
    ]) }}

),

choices as (

    select * from {{ inline_table(choices, ['seed', 'column_name', 'choice']) }}

),

cells as (
    {%- for seed, columns in seed_registry().items() %}
    {%- set keys = columns | selectattr('2.key') | map(attribute=0) | list or [columns[0][0]] %}
    select
        seed_columns.*,
        seed_rows.row_number,
        {{ keys[0] if keys | length == 1 else "concat_ws(':', " ~ (keys | join(', ')) ~ ')' }} as row_key,
        case seed_columns.column_name
            {%- for column in columns %}
            when '{{ column[0] }}' then seed_rows.{{ column[0] }}
            {%- endfor %}
        end as value
    from (
        {{ seed_rows(ref(seed), seed) }}
    ) as seed_rows
    inner join seed_columns on seed_columns.seed = '{{ seed }}'
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}

),

read as (

    select
        cells.*,
        choices.choice,
        case cells.column_type
            when 'points' then cast({{ as_points('cells.value') }} as {{ number_type() }})
            when 'decimal' then {{ as_number('cells.value') }}
            when 'integer' then {{ as_number('cells.value') }}
        end as number,
        case when cells.column_type = 'timestamp' then {{ as_utc_timestamp('cells.value') }} end as instant,
        {{ years_of_duration('cells.value') }} as years
    from cells
    left join choices
        on cells.seed = choices.seed and cells.column_name = choices.column_name and cells.value = choices.choice

)

select
    seed,
    row_number,
    row_key,
    column_name,
    value,
    column_type,
    allowed,
    to_seed,
    to_column,
    number,
    case when column_type = 'duration' then years end as years,
    cast(above as {{ number_type() }}) as above,
    cast(at_least as {{ number_type() }}) as at_least,
    cast(at_most as {{ number_type() }}) as at_most,
    is_required,
    case column_type
        when 'choice' then choice is not null
        when 'points' then number is not null and {{ regexp_matches('value', exact % (8, 8)) }}
        when 'decimal' then number is not null and {{ regexp_matches('value', exact % (10, 10)) }}
        when 'integer' then {{ as_integer('value') }} is not null
        when 'boolean' then {{ as_boolean('value') }} is not null
        when 'timestamp' then instant is not null
        when 'duration' then years is not null
        else true
    end as is_readable,
    instant
from read
