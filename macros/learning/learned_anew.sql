{% macro learned_anew() -%}
    {#
        The end of a `where` of models that only full runs (and `leadscore calibrate`) make: an increment adds nothing to them,
        they stay as they are.
    #}
    {%- if is_incremental() %} and false{% endif -%}
{%- endmacro %}
