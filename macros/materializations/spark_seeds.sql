{#
    Seeds on Spark: each cell is written as a literal (dbt-spark puts cells between quotes as they are), and a row keeps its
    number in the file, because a table's rows have no order of their own. Where this project is a package, a seed may be another
    project's, which knows our macros by the package's name alone.
#}

{% macro spark__create_csv_table(model, agate_table) -%}
    {%- set columns = [lead_scoring.file_row_column() ~ ' bigint'] -%}
    {%- for name in agate_table.column_names -%}
        {%- do columns.append(lead_scoring.spark__quoted_identifier(name) ~ ' string') -%}
    {%- endfor -%}
    {%- set sql = 'create table ' ~ this.render() ~ ' (' ~ (columns | join(', ')) ~ ') ' ~ file_format_clause() -%}
    {%- call statement('_') -%}
        {{ sql }}
    {%- endcall -%}
    {{- return(sql) -}}
{%- endmacro %}


{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- if model.package_name == 'lead_scoring' -%}
        {%- do keep_seed_header(this, agate_table.column_names) -%}
    {%- endif -%}
    {%- set statements = [] -%}
    {%- for chunk in agate_table.rows | batch(1000) -%}
        {%- set first = loop.index0 * 1000 -%}
        {%- set sql -%}
            insert into {{ this.render() }} values
            {% for row in chunk -%}
            ({{ first + loop.index }}{% for cell in row %}, {{ lead_scoring.spark__literal(cell) }}{% endfor %}){{ ', ' if not loop.last }}
            {% endfor %}
        {%- endset -%}
        {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
        {%- do statements.append(sql) -%}
    {%- endfor -%}
    {{- return(statements[0] if statements else '') -}}
{%- endmacro %}
