{% macro file_mistakes(headers) -%}
    {# What is wrong with a seed as a whole, or with a var: known when the SQL is written, so it stands there as values. -#}
    -- check: every seed has the columns that it needs and no others, and vars can be read
    select
        seed,
        cast(null as bigint) as row_number,
        cast(null as {{ dbt.type_string() }}) as row_key,
        column_name,
        value,
        problem,
        allowed
    from {{ inline_table(
        _header_mistakes(headers) + _var_mistakes() + [['', '', '', '', '']],
        ['seed', 'column_name', 'value', 'problem', 'allowed'],
    ) }}
    where seed != ''
{%- endmacro %}


{% macro _header_mistakes(headers) -%}
    {%- set mistakes = [] -%}
    {%- for seed, columns in seed_registry().items() if headers[seed] is not none -%}
        {%- set known = columns | map(attribute=0) | list -%}
        {%- for name in headers[seed] if name not in known -%}
            {%- do mistakes.append([seed, name, name, 'the seed has no such column', known | join(', ')]) -%}
        {%- endfor -%}
        {%- for name, type, options in columns if options.required and name not in headers[seed] -%}
            {%- do mistakes.append([seed, name, none, 'the column is missing', known | join(', ')]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(mistakes) -}}
{%- endmacro %}


{% macro _var_mistakes() -%}
    {%- set time_zone = var('time_zone', 'UTC') | string -%}
    {%- if time_zone not in modules.pytz.all_timezones -%}
        {{- return([[
            'vars', 'time_zone', time_zone, "'" ~ comment_text(time_zone) ~ "' is not a time zone",
            'an IANA name like UTC or Europe/Amsterdam',
        ]]) -}}
    {%- endif -%}
    {{- return([]) -}}
{%- endmacro %}
