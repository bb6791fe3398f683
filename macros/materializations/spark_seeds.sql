{#
    Seeds on Spark: each cell is written as a literal (dbt-spark puts cells between quotes as they are), and a row keeps its
    number in the file, because a table's rows have no order of their own.
#}

{% macro spark__create_csv_table(model, agate_table) -%}
    {%- set columns = [file_row_column() ~ ' bigint'] -%}
    {%- for name in agate_table.column_names -%}
        {%- do columns.append(quoted_identifier(name) ~ ' string') -%}
    {%- endfor -%}
    {%- set sql = 'create table ' ~ this.render() ~ ' (' ~ (columns | join(', ')) ~ ') ' ~ file_format_clause() -%}
    {%- call statement('_') -%}
        {{ sql }}
    {%- endcall -%}
    {{- return(sql) -}}
{%- endmacro %}


{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- do keep_seed_header(this, agate_table.column_names) -%}
    {%- set statements = [] -%}
    {%- for chunk in agate_table.rows | batch(1000) -%}
        {%- set first = loop.index0 * 1000 -%}
        {%- set sql -%}
            insert into {{ this.render() }} values
            {% for row in chunk -%}
            ({{ first + loop.index }}{% for cell in row %}, {{ literal(cell) }}{% endfor %}){{ ', ' if not loop.last }}
            {% endfor %}
        {%- endset -%}
        {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
        {%- do statements.append(sql) -%}
    {%- endfor -%}
    {{- return(statements[0] if statements else '') -}}
{%- endmacro %}
