{#
    Buckets: the parts by which an engine without row-level deletes overwrites a table. An incremental table has one more column
    there, a small number that its key decides; DuckDB deletes rows and needs none.
#}

{#
    The column of buckets and the SQL of its key, for an incremental strategy: what gives way together lies together. None where
    nothing gives way.
#}
{% macro bucket_of_strategy(strategy) -%}
    {{- return({
        'added_rows': none,
        'run_visitors': ['visitor_bucket', 'visitor_key'],
        'moved_ids': ['contact_bucket', 'contact_id'],
        'arrived_events': ['id_bucket', 'event_id'],
        'arrived_lines': ['id_bucket', 'transaction_id'],
        'arrived_rows': ['table_bucket', 'source_table'],
        'source_rows': ['id_bucket', 'row_id'],
        'from_open_publication': ['run_bucket', 'cast(run_number as ' ~ dbt.type_string() ~ ')'],
    }.get(strategy, ['contact_bucket', 'contact_key'])) -}}
{%- endmacro %}

{# The bucket of a key: murmur3, the same in every version of Spark. #}
{% macro bucket_number(key) -%}
    cast(pmod(hash({{ key }}), {{ var('buckets', 64) }}) as int)
{%- endmacro %}

{# Whether a table takes deletes and inserts in one commit. Where not, a run that was killed may have left half of them. #}
{% macro replaces_at_once() -%}
    {{- return(adapter.dispatch('replaces_at_once')()) -}}
{%- endmacro %}

{% macro default__replaces_at_once() -%}
    {{- return(true) -}}
{%- endmacro %}

{% macro spark__replaces_at_once() -%}
    {{- return(config.get('file_format', 'parquet') in ('delta', 'iceberg', 'hudi')) -}}
{%- endmacro %}
