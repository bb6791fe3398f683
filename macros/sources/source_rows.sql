{# What runs know of the rows that connectors have landed: see docs/incremental.md. #}

{% macro source_row_columns() -%}
    {# The columns of model `source_rows`, and of what runs keep of it. #}
    {{- return([
        'source_table', 'source_model', 'row_id', 'line_number', 'contact_id', 'merged_into', 'anonymous_id', 'email', 'content',
    ]) -}}
{%- endmacro %}


{% macro source_rows_read_before() -%}
    {# What the last finished run read of vendors' tables. Unit tests override this macro. #}
    {{- _kept_source_rows(state_relation('source_rows_read') if execute else none) -}}
{%- endmacro %}


{% macro is_source_read_before() -%}
    {# Whether a run has read vendors' tables. Unit tests override this macro. #}
    {{- return(execute and state_relation('source_rows_read') is not none) -}}
{%- endmacro %}


{% macro source_rows_of_unfinished_run() -%}
    {#
        Rows that runs after the last finished one found to differ: they may have taken some in that are otherwise now. Unit tests override
        this macro.
    #}
    {%- set is_unfinished = execute and begun_run().run_number != last_run().run_number -%}
    {{- _kept_source_rows(load_relation(this) if is_unfinished else none) -}}
{%- endmacro %}


{% macro _kept_source_rows(relation) -%}
    {%- set types = dict(dict.fromkeys(source_row_columns(), dbt.type_string()), line_number='bigint', content=row_hash_type()) -%}
    {{- kept_rows(relation, types) -}}
{%- endmacro %}


{% macro differing_source_keys(table, columns) -%}
    {# The keys of a raw table's rows that vendors' tables had, or have, and of which something differs, as a query of `columns`. -#}
    select
        row_id as {{ columns[0] }}
        {{- ', line_number' if 'line_number' in columns }}
    from {{ ref('run_source_rows') }}
    where source_table = '{{ table }}'
{%- endmacro %}
