{{- config(tags=["configuration"]) -}}

{#
    The gate: as long as `config_errors` has rows, this test breaks with a message that lists all of them, and `dbt build`
    skips what comes after it, which is every other model.
#}
{%- set errors, lines = ref('config_errors'), [] -%}
{%- if execute and flags.WHICH in ('build', 'test') -%}
    {%- set places = [] -%}
    {%- for seed in seed_registry() -%}
        {%- do places.append('when ' ~ literal(seed) ~ ' then ' ~ loop.index) -%}
    {%- endfor -%}
    {%- set query -%}
        select seed, row_number, row_key, column_name, problem, allowed
        from {{ errors }}
        order by case seed {{ places | join(' ') }} else 0 end, coalesce(row_number, 0), column_name, problem
    {%- endset -%}
    {%- for seed, row_number, row_key, column_name, problem, allowed in run_query(query).rows -%}
        {%- set row = ', row ' ~ (row_number | int) if row_number is not none else '' -%}
        {%- set key = ' (' ~ comment_text(row_key) ~ ')' if row_key is not none else '' -%}
        {%- do lines.append(seed ~ row ~ key ~ ', ' ~ comment_text(column_name) ~ ': ' ~ problem ~ '; allowed: ' ~ allowed) -%}
    {%- endfor -%}
{%- endif -%}
{%- if lines -%}
    {%- set count = (lines | length) ~ (' mistakes' if lines | length > 1 else ' mistake') -%}
    {{- exceptions.raise_compiler_error(count ~ ' in the configuration:\n' ~ (lines | join('\n'))) -}}
{%- endif -%}
select * from {{ errors }}
