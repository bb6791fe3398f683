{% macro within(points, minimum, maximum) -%}
    {# Points kept between two limits; a null limit doesn't bind. #}
    case
        when {{ points }} < {{ minimum }} then {{ minimum }}
        when {{ points }} > {{ maximum }} then {{ maximum }}
        else {{ points }}
    end
{%- endmacro %}
