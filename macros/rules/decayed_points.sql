{% macro decayed_points(points, steps) -%}
    {# What a step of a decay leaves of points: as they are in the first, then a share of them, rounded. #}
    case
            when {{ steps }}.step = 0 then {{ points }}
            when {{ steps }}.percent_left is not null
                then cast(round({{ points }} * {{ steps }}.percent_left * cast(0.01 as decimal(3, 2)), 8) as {{ points_type() }})
            else cast(round(cast({{ points }} as double) * {{ steps }}.power_left, 8) as {{ points_type() }})
        end
{%- endmacro %}
