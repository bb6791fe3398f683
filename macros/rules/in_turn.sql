{% macro in_turn(instant, identifications) -%}
    {#
        Whether an instant lies in a visitor's turn as a contact. As plain comparisons: where an `or` stands among a join's conditions,
        DuckDB takes minutes for visitors that are several contacts in turn.
    #}
    coalesce({{ identifications }}.after_at, {{ add_duration(beginning_of_time(), 0, -1) }}) < {{ instant }}
        and coalesce({{ identifications }}.until_at, {{ end_of_time() }}) >= {{ instant }}
{%- endmacro %}
