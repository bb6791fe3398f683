{% macro condition_values() -%}
    {# The values of conditions; those of a list, a row each. -#}
    select
        seed,
        row_number,
        field,
        field_type,
        operator,
        value as part
    from sound_conditions
    where takes = 'value' and value is not null

    union all

    select
        seed,
        row_number,
        field,
        field_type,
        operator,
        {{ explode_split('value', '|') }} as part
    from sound_conditions
    where takes = 'list' and value is not null
{%- endmacro %}


{% macro named_values() -%}
    {# The names that bands and RFM segments have, by the field that holds them. -#}
    {%- for kind in ['band', 'transition'] %}
    select
        {{ literal(kind ~ '.') }} || model_id as field,
        band_id as name
    from model_bands

    union all
    {% endfor %}
    select distinct
        'rfm.rfm_segment' as field,
        rfm_segment as name
    from rfm_segments
    where rfm_segment is not null
{%- endmacro %}


{% macro named_value_lists() -%}
    select
        field,
        {{ listed('name') }} as names
    from named_values
    group by field
{%- endmacro %}
