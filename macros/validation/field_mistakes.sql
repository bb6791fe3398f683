{% macro field_mistakes() -%}
    {# Fields that don't exist, that don't exist where they are named, or that can't be measured. -#}
    -- check: a score, band or transition is that of a model that exists
    {{ mistaken_cells(
        "cells.shown || ' names no scoring model'",
        "coalesce('models: ' || known_id_lists.ids, 'nothing: there are no models')",
    ) }}
    inner join resolved_fields
        on {{ same_row('resolved_fields') }} and cells.column_name = resolved_fields.column_name
    left join known_id_lists on known_id_lists.seed = 'scoring_models'
    where resolved_fields.context = 'segment' and resolved_fields.kind is null and {{ _is_of_model('cells.value') }}

    union all

    -- check: a field exists
    {{ mistaken_cells("cells.shown || ' is not a field'", 'allowed_fields.allowed') }}
    inner join resolved_fields
        on {{ same_row('resolved_fields') }} and cells.column_name = resolved_fields.column_name
    inner join (
        select distinct
            context,
            allowed
        from field_contexts
    ) as allowed_fields
        on resolved_fields.context = allowed_fields.context
    where
        resolved_fields.kind is null
        and not (resolved_fields.context = 'segment' and {{ _is_of_model('cells.value') }})

    union all

    -- check: a field exists where it is named
    {{ mistaken_cells("cells.shown || ' can''t be used in ' || allowed_fields.place", 'allowed_fields.allowed') }}
    inner join resolved_fields
        on {{ same_row('resolved_fields') }} and cells.column_name = resolved_fields.column_name
    inner join (
        select distinct
            context,
            place,
            allowed
        from field_contexts
    ) as allowed_fields
        on resolved_fields.context = allowed_fields.context
    left join field_contexts
        on resolved_fields.context = field_contexts.context and resolved_fields.kind = field_contexts.kind
    where resolved_fields.kind is not null and field_contexts.kind is null

    union all

    -- check: what is summed may be a number
    {{ mistaken_cells(
        "cells.shown || ' holds ' || resolved_fields.field_type || ' values, which have no sum'",
        "'a field of numbers, or of text that may hold numbers'",
    ) }}
    inner join resolved_fields
        on {{ same_row('resolved_fields', column='measure_field') }} and cells.column_name = resolved_fields.column_name
    inner join typed_rules
        on {{ same_row('typed_rules', seed='scoring_rules') }}
    where typed_rules.measure = 'sum' and resolved_fields.field_type in ('boolean', 'timestamp', 'date')
{%- endmacro %}


{% macro _is_of_model(expression) -%}
    {%- set tests = [] -%}
    {%- for kind in model_field_types() -%}
        {%- do tests.append(starts_with(expression, literal(kind ~ '.'))) -%}
    {%- endfor -%}
    ({{ tests | join(' or ') }})
{%- endmacro %}
