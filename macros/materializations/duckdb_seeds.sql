{% macro duckdb__load_csv_rows(model, agate_table) -%}
    {# Seeds on DuckDB: dbt-duckdb's own, which calls a macro a cell, took a twentieth of a small run. #}
    {%- do keep_seed_header(this, agate_table.column_names) -%}
    {%- set cells = adapter.convert_datetimes_to_strs(agate_table) -%}
    {%- set columns = get_seed_column_quoted_csv(model, cells.column_names) -%}
    {%- set row_sql = '(' ~ (['?'] * (cells.column_names | length)) | join(', ') ~ ')' -%}
    {%- set statements = [] -%}
    {#- A parameter a cell, and an engine takes only so many at once. -#}
    {%- for chunk in cells.rows | batch(1000) -%}
        {%- set bindings = [] -%}
        {%- for row in chunk -%}
            {%- do bindings.extend(row) -%}
        {%- endfor -%}
        {%- set rows_sql = ([row_sql] * (chunk | length)) | join(',\n') -%}
        {%- set sql = 'insert into ' ~ this.render() ~ ' (' ~ columns ~ ') values\n' ~ rows_sql -%}
        {%- do adapter.add_query(sql, bindings=bindings, abridge_sql_log=True) -%}
        {%- do statements.append(sql) -%}
    {%- endfor -%}
    {{- return(statements[0] if statements else '') -}}
{%- endmacro %}
