{% macro moved_rows(relation) -%}
    {# The rows of a relation with contact_key that are of the contacts whose scores and marts this run makes anew. #}
    (
        select *
        from {{ relation }}
        where contact_key in (select moved.contact_key from {{ ref('run_moved') }} as moved)
    )
{%- endmacro %}
