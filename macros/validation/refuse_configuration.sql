{% macro configuration_mistakes(errors) -%}
    {# The rows of `config_errors`, in the order of the seeds and of the rows within them. -#}
    {%- set places = [] -%}
    {%- for seed in seed_registry() -%}
        {%- do places.append('when ' ~ literal(seed) ~ ' then ' ~ loop.index) -%}
    {%- endfor -%}
    {%- set query -%}
        select seed, row_number, row_key, column_name, problem, allowed
        from {{ errors }}
        order by case seed {{ places | join(' ') }} else 0 end, coalesce(row_number, 0), column_name, problem
    {%- endset -%}
    {{- return(run_query(query).rows) -}}
{%- endmacro %}


{% macro refuse_configuration(mistakes) -%}
    {# One message that lists every mistake, a line each: seed, row, column: what is wrong; what is allowed. -#}
    {%- set lines = [] -%}
    {%- for seed, row_number, row_key, column_name, problem, allowed in mistakes -%}
        {%- set row = ', row ' ~ (row_number | int) if row_number is not none else '' -%}
        {%- set key = ' (' ~ comment_text(row_key) ~ ')' if row_key is not none else '' -%}
        {%- do lines.append(
            seed ~ row ~ key ~ ', ' ~ comment_text(column_name) ~ ': ' ~ problem ~ '; allowed: ' ~ allowed
        ) -%}
    {%- endfor -%}
    {%- if lines -%}
        {%- set count = lines | length -%}
        {{- exceptions.raise_compiler_error(
            count ~ (' mistakes' if count > 1 else ' mistake') ~ ' in the configuration:\n' ~ (lines | join('\n'))
        ) -}}
    {%- endif -%}
{%- endmacro %}
