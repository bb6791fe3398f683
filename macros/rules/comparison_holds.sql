{% macro comparison_holds(measured, rules) -%}
    {# Whether a measured value meets a window rule's comparator and threshold; null for other rules. #}
    case {{ rules }}.comparator
        when '>=' then {{ measured }} >= {{ rules }}.threshold
        when '>' then {{ measured }} > {{ rules }}.threshold
        when '<' then {{ measured }} < {{ rules }}.threshold
        when '<=' then {{ measured }} <= {{ rules }}.threshold
        when '=' then {{ measured }} = {{ rules }}.threshold
        when 'between' then {{ measured }} between {{ rules }}.threshold and {{ rules }}.threshold_high
    end
{%- endmacro %}
