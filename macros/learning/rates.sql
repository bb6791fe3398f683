{% macro share(part, whole) -%}
    {# A part of a whole as a double between 0 and 1; null where there is nothing. #}
    (cast({{ part }} as double) / nullif({{ whole }}, 0))
{%- endmacro %}


{% macro normal_quantile() -%}
    {# The 97.5 % quantile of the normal distribution: half the width of a 95 % interval, in standard errors. #}
    {{- return('1.959963984540054e0') -}}
{%- endmacro %}


{% macro wilson_bound(part, whole, side) -%}
    {# An end of the 95 % interval of a rate (Wilson, 1927): `side` is `-` for the lower one, `+` for the upper one. #}
    {%- set z = normal_quantile() -%}
    {%- set n = 'cast(nullif(' ~ whole ~ ', 0) as double)' -%}
    {%- set p = share(part, whole) -%}
    {#- Rounding doesn't lead out of what a rate can be. -#}
    case when {{ whole }} > 0 then {{ 'greatest(0, ' if side == '-' else 'least(1, ' }}(
        {{ p }} + {{ z }} * {{ z }} / (2 * {{ n }})
        {{ side }} {{ z }} * sqrt({{ p }} * (1 - {{ p }}) / {{ n }} + {{ z }} * {{ z }} / (4 * {{ n }} * {{ n }}))
    ) / (1 + {{ z }} * {{ z }} / {{ n }})) end
{%- endmacro %}
