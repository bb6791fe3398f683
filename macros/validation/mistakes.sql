{#
    How a check is written: a headed block that selects from `cells` (a row a cell of a seed) the cells that are
    mistaken. `problem` and `allowed` are SQL.
#}

{% macro mistaken_cells(problem, allowed) -%}
    select
        cells.seed,
        cells.row_number,
        cells.row_key,
        cells.column_name,
        cells.value,
        {{ problem }} as problem,
        {{ allowed }} as allowed
    from cells
{%- endmacro %}


{% macro same_row(relation, seed=none, column=none) -%}
    {# The cells of the rows of `relation`; `seed` where the relation doesn't say it, `column` where one cell is meant. -#}
    cells.seed = {{ literal(seed) if seed else relation ~ '.seed' }}
            and cells.row_number = {{ relation }}.row_number
    {%- if column %}
            and cells.column_name = {{ literal(column) }}
    {%- endif %}
{%- endmacro %}


{% macro shown(expression) -%}
    {# A value inside a message: in quotes, on one line, and no longer than a line. -#}
    '''' || replace(replace(
            case when length({{ expression }}) > 60 then substr({{ expression }}, 1, 57) || '...' else {{ expression }} end,
            chr(10), ' '
        ), chr(13), ' ') || ''''
{%- endmacro %}


{% macro listed(column) -%}
    {# The values of a group as one text: the first fifty, in order. -#}
    {{ joined_values(shown(column), ', ', column, 50) }} || case when count(*) > 50 then ', ...' else '' end
{%- endmacro %}


{% macro inline_table(rows, columns) -%}
    {# A list of lists of values as a relation. -#}
    (
        values
        {%- for row in rows %}
        (
            {%- for value in row -%}
                {{ value | lower if value is boolean else value if value is number else literal(value) }}{{ ', ' if not loop.last }}
            {%- endfor -%}
        ){{ ',' if not loop.last }}
        {%- endfor %}
    ) as listed ({{ columns | join(', ') }})
{%- endmacro %}
