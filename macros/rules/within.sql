{% macro within(points, minimum, maximum) -%}
    {# Points kept between two limits; a null limit doesn't bind. #}
    case
        when {{ points }} < {{ minimum }} then {{ minimum }}
        when {{ points }} > {{ maximum }} then {{ maximum }}
        else {{ points }}
    end
{%- endmacro %}


{% macro score_type() -%}
    decimal(28, 2)
{%- endmacro %}


{% macro published_score(points, models) -%}
    {# The sum of a contact's points as it is published: within its model's limits, rounded half away from zero, as a cast does. #}
    cast(
            {{ within(points ~ ' + ' ~ models ~ '.empty_points', models ~ '.minimum_score', models ~ '.maximum_score') }}
            as {{ score_type() }}
        )
{%- endmacro %}
