{# Amounts in another currency. #}

{# An amount at a rate, rounded half away from zero to 8 decimals; null where over 18 digits before the point come out. #}
{% macro converted_amount(amount, rate) -%}
    {{- adapter.dispatch('converted_amount')(amount, rate) -}}
{%- endmacro %}

{% macro default__converted_amount(amount, rate) -%}
    cast(try(cast({{ amount }} * {{ rate }} as decimal(26, 8))) as {{ number_type() }})
{%- endmacro %}

{# Spark would round a product of 20 decimals before it is rounded: whole units and the rest are converted apart, each exactly. #}
{% macro spark__converted_amount(amount, rate) -%}
    {%- set exact_rate = 'cast(' ~ rate ~ ' as decimal(19, 10))' -%}
    {%- set units = 'cast(cast(' ~ amount ~ ' as bigint) as decimal(18, 0)) * ' ~ exact_rate -%}
    {%- set rest = 'cast(' ~ amount ~ ' - cast(' ~ amount ~ ' as bigint) as decimal(11, 10)) * ' ~ exact_rate -%}
    cast(try_cast(
        ({{ units }} - ({{ units }}) % 1) + cast(({{ units }}) % 1 + {{ rest }} as decimal(20, 8)) as decimal(26, 8)
    ) as {{ number_type() }})
{%- endmacro %}

{# A join with the row of a relation (with `valid_from` and `valid_to`) that is valid at an instant, if there is one. #}
{% macro join_as_of(relation, name, condition, instant) -%}
    {{- adapter.dispatch('join_as_of')(relation, name, condition, instant) -}}
{%- endmacro %}

{% macro default__join_as_of(relation, name, condition, instant) -%}
    asof left join {{ relation }} as {{ name }}
        on {{ condition }} and {{ instant }} >= {{ name }}.valid_from
{%- endmacro %}

{% macro spark__join_as_of(relation, name, condition, instant) -%}
    left join {{ relation }} as {{ name }}
        on
            {{ condition }}
            and {{ instant }} >= {{ name }}.valid_from
            and ({{ name }}.valid_to is null or {{ instant }} < {{ name }}.valid_to)
{%- endmacro %}
