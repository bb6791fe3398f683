{# The words of messages, and lists as relations. #}

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


{% macro inline_table(rows, columns, name='listed') -%}
    {# A list of lists of values as a relation. -#}
    {%- set literal_of = adapter.dispatch('literal') -%}
    (
        values
        {%- for row in rows %}
        (
            {%- for value in row -%}
                {{ value | lower if value is boolean else value if value is number else literal_of(value) }}{{ ', ' if not loop.last }}
            {%- endfor -%}
        ){{ ',' if not loop.last }}
        {%- endfor %}
    ) as {{ name }} ({{ columns | join(', ') }})
{%- endmacro %}


{% macro told_of_cells(found) -%}
    {#
        Mistakes or warnings with the cells that they are said of, as a query. `found`: a relation of seed, row_number, column_name, problem
        and allowed. A problem that begins with `<cell>` is said of what stands in the cell.
    #}
    select
        cells.seed,
        cells.row_number,
        cells.row_key,
        cells.column_name,
        cells.value,
        case
            when found.problem like '<cell>%' then {{ shown('cells.value') }} || substr(found.problem, 7)
            else found.problem
        end as problem,
        found.allowed
    from {{ found }} as found
    inner join {{ ref('seed_cells') }} as cells
        on
            found.seed = cells.seed
            and found.row_number = cells.row_number
            and found.column_name = cells.column_name
{%- endmacro %}
