{#
    Buckets: the parts by which an engine without row-level deletes overwrites a table. An incremental table has one more column
    there, a small number that its key decides; DuckDB deletes rows and needs none.
#}

{# The column of buckets and the SQL of its key, for an incremental strategy: who scores, visits or arrives stays together. #}
{% macro bucket_of_strategy(strategy) -%}
    {{- return({
        'touched_visitors': ['visitor_bucket', 'anonymous_id'],
        'touched_people': ['contact_bucket', "coalesce(named_contact_id, anonymous_id, '')"],
        'arrived_events': ['contact_bucket', "coalesce(contact_id, anonymous_id, '')"],
        'arrived_rows': ['table_bucket', 'source_table'],
        'from_open_publication': ['run_bucket', 'cast(run_number as ' ~ dbt.type_string() ~ ')'],
    }.get(strategy, ['contact_bucket', 'contact_id'])) -}}
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

{# A further condition by which an engine passes over the buckets in which none of `others` (a relation with `column`) lies. #}
{% macro in_their_buckets(relation, column, others) -%}
    {{- adapter.dispatch('in_their_buckets')(relation, column, others) -}}
{%- endmacro %}

{% macro default__in_their_buckets(relation, column, others) -%}
{%- endmacro %}

{% macro spark__in_their_buckets(relation, column, others) -%}
    {%- set name = 'visitor_bucket' if column == 'anonymous_id' else 'contact_bucket' -%}
    {%- set columns = adapter.get_columns_in_relation(relation) | map(attribute='name') | list if execute and relation is not string else [] -%}
    {%- if name in columns %} and {{ name }} in (select {{ bucket_number(column) }} from {{ others }}){% endif -%}
{%- endmacro %}
