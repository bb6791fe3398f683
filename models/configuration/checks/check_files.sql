{{- config(materialized="view") -}}

{#- Known when the SQL is written, so it stands there as values. -#}
{%- set found = [] -%}
{%- for seed, columns in seed_registry().items() -%}
{%- set header = seed_header(ref(seed)) -%}
{%- set known = columns | map(attribute=0) | list -%}
{%- for name in header or [] if name not in known -%}
{%- do found.append([seed, name, name, 'the seed has no such column', known | join(', ')]) -%}
{%- endfor -%}
{%- for name, type, options in columns if header and options.required and name not in header -%}
{%- do found.append([seed, name, none, 'the column is missing', known | join(', ')]) -%}
{%- endfor -%}
{%- endfor -%}
{%- do found.extend(package_mistakes()) -%}
{%- set time_zone = var('time_zone', 'UTC') | string -%}
{%- if time_zone not in modules.pytz.all_timezones -%}
{%- do found.append([
    'vars', 'time_zone', time_zone, "'" ~ comment_text(time_zone) ~ "' is not a time zone",
    'an IANA name like UTC or Europe/Amsterdam',
]) -%}
{%- endif -%}
-- check: every seed has the columns that it needs and no others, and vars can be read
select
    seed,
    cast(null as bigint) as row_number,
    cast(null as {{ dbt.type_string() }}) as row_key,
    column_name,
    value,
    problem,
    allowed
from {{ inline_table(found + [['', '', '', '', '']], ['seed', 'column_name', 'value', 'problem', 'allowed']) }}
where seed != ''
