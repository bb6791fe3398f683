{# The fields that conditions of segments may name beside `contact.*`. #}

{% macro model_field_types() -%}
    {# Kind -> type, for `<kind>.<model_id>`. -#}
    {{- return({'score': 'decimal', 'band': 'text', 'transition': 'text'}) -}}
{%- endmacro %}


{% macro rfm_field_types() -%}
    {# Column of the mart `rfm_features` -> type, for `rfm.<column>`. -#}
    {{- return({
        'contact_id': 'text', 'first_ordered_at': 'timestamp', 'last_ordered_at': 'timestamp', 'recency_days': 'integer',
        'frequency': 'integer', 'monetary': 'decimal', 'recency_score': 'integer', 'frequency_score': 'integer',
        'monetary_score': 'integer', 'rfm_code': 'text', 'rfm_segment': 'text',
    }) -}}
{%- endmacro %}
