{% macro typed_seed(cells, seed) -%}
    {#
        The rows of a seed, typed as far as they can be read: what can't be is null, so no check fires on top of that mistake.
        A duration is in years, more or less. `cells`: the model `seed_cells`.
    #}
    {%- set typed = {
        'points': 'case when is_readable then number end', 'decimal': 'case when is_readable then number end',
        'integer': 'number', 'duration': 'years', 'timestamp': 'instant',
    } -%}
    select
        row_number,
        {%- for name, type, options in seed_registry()[seed] %}
        max(case when column_name = '{{ name }}' then {{ typed.get(type, 'value') }} end) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ cells }}
    where seed = '{{ seed }}'
    group by row_number
{%- endmacro %}
