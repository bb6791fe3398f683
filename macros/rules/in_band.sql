{% macro in_band(score, bands) -%}
    {# Whether a published score lies in a band; a bound that is null doesn't bind. #}
    ({{ bands }}.above is null or {{ score }} > {{ bands }}.above)
        and ({{ bands }}.from_score is null or {{ score }} >= {{ bands }}.from_score)
        and ({{ bands }}.up_to is null or {{ score }} <= {{ bands }}.up_to)
        and ({{ bands }}.below is null or {{ score }} < {{ bands }}.below)
{%- endmacro %}
