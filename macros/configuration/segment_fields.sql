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


{% macro email_statuses() -%}
    {# The values of `contact.email_status`, the first that holds. -#}
    {{- return(['missing', 'unsubscribed', 'bounced', 'withdrawn', 'invalid', 'no consent', 'mailable']) -}}
{%- endmacro %}


{% macro field_in_braces(value) -%}
    {# The name that stands in a value's braces, as `{score.fit}`; none for any other value, a JSON object too. -#}
    {%- set text = (value or '').strip(' ') -%}
    {%- set name = text[1:-1].strip(' ') -%}
    {%- if text[:1] == '{' and text[-1:] == '}' and name and name[0] not in '"}' -%}
        {{- return(name) -}}
    {%- endif -%}
    {{- return(none) -}}
{%- endmacro %}


{% macro field_in_braces_sql(value) -%}
    {# The same as SQL; null for any other value. -#}
    {%- set text = 'trim(' ~ value ~ ')' -%}
    case
        when
            substr({{ text }}, 1, 1) = {{ literal('{') }}
            and right({{ text }}, 1) = {{ literal('}') }}
            and substr(trim(substr({{ text }}, 2)), 1, 1) not in ('"', {{ literal('}') }})
            then trim(substr({{ text }}, 2, length({{ text }}) - 2))
    end
{%- endmacro %}
