{# Where a model reads only what changed: the relation itself in a full run, a part of it in an incremental one. #}

{% macro touched_rows(relation) -%}
    {# The rows of the contacts that this run rescores. #}
    {{- relation if is_full_run() else rows_among(relation, 'contact_id', ref('int_touched_contacts')) -}}
{%- endmacro %}


{% macro moved_rows(relation) -%}
    {# The rows of the contacts that this run rescores, and of those whose score time alone may have changed. #}
    {{- relation if is_full_run() else rows_among(relation, 'contact_id', ref('int_moved_contacts')) -}}
{%- endmacro %}


{% macro touched_visitors_rows(relation) -%}
    {# The rows of the visitors about whom something arrived or came to pass. #}
    {{- relation if is_full_run() else rows_among(relation, 'anonymous_id', ref('int_touched_visitors')) -}}
{%- endmacro %}


{% macro touched_events(events) -%}
    {#
        The events of the contacts that this run rescores, as a query: those that name one, and those of its visitors. Those
        that name nobody at all come along to be counted.
    #}
    select *
    from {{ touched_rows(events) }} as named
    {%- if not is_full_run() %}

    union all

    select *
    from {{ events }}
    where
        contact_id is null
        and (
            anonymous_id is null
            or anonymous_id in (select visitors.anonymous_id from {{ ref('int_read_visitors') }} as visitors)
        )
    {%- endif %}
{%- endmacro %}


{% macro rows_among(relation, column, others) -%}
    (
        select *
        from {{ relation }}
        where {{ column }} in (select {{ column }} from {{ others }}){{ in_their_buckets(relation, column, others) }}
    )
{%- endmacro %}
