{# Lists of instants. #}

{# All values of a group as a list, the earliest first. #}
{% macro sorted_list(expression) -%}
    {{- adapter.dispatch('sorted_list')(expression) -}}
{%- endmacro %}

{% macro default__sorted_list(expression) -%}
    list({{ expression }} order by {{ expression }})
{%- endmacro %}

{% macro spark__sorted_list(expression) -%}
    sort_array(collect_list({{ expression }}))
{%- endmacro %}

{# Of a sorted list of instants the first, and each that lies at least a duration after the last one kept. #}
{% macro spaced_instants(instants, months, microseconds) -%}
    {{- adapter.dispatch('spaced_instants')(instants, months, microseconds) -}}
{%- endmacro %}

{% macro default__spaced_instants(instants, months, microseconds) -%}
    list_reduce(
            list_transform({{ instants }}, lambda instant: [instant]),
            lambda kept, next_one: case
                when next_one[1] >= {{ add_duration('kept[-1]', months, microseconds) }} then kept || next_one
                else kept
            end
        )
{%- endmacro %}

{% macro spark__spaced_instants(instants, months, microseconds) -%}
    aggregate(
            {{ instants }},
            cast(array() as array<timestamp_ntz>),
            (kept, next_one) -> case
                when size(kept) = 0 then array(next_one)
                when next_one >= {{ add_duration('element_at(kept, -1)', months, microseconds) }} then array_append(kept, next_one)
                else kept
            end
        )
{%- endmacro %}
