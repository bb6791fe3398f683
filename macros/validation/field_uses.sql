{% macro field_uses() -%}
    {# Every place in the configuration where a field is named, with what the field may be there. -#}
    select
        'rule_conditions' as seed,
        rule_conditions.row_number,
        'field' as column_name,
        coalesce(typed_rules.looks_at || ' rule', 'rule') as context,
        rule_conditions.field,
        rule_conditions.operator,
        rule_conditions.value
    from rule_conditions
    left join typed_rules
        on rule_conditions.rule_id = typed_rules.rule_id and typed_rules.place_in_id = 1
    where rule_conditions.field is not null
    {%- for owner in ['model', 'segment'] %}

    union all

    select
        {{ literal(owner ~ '_conditions') }} as seed,
        row_number,
        'field' as column_name,
        {{ literal(owner) }} as context,
        field,
        operator,
        value
    from {{ owner }}_conditions
    where field is not null
    {%- endfor %}
    {%- for column, trigger in [['once_per', 'activity'], ['measure_field', 'window']] %}

    union all

    select
        'scoring_rules' as seed,
        row_number,
        {{ literal(column) }} as column_name,
        coalesce(looks_at, 'activity') as context,
        {{ column }} as field,
        cast(null as {{ dbt.type_string() }}) as operator,
        cast(null as {{ dbt.type_string() }}) as value
    from typed_rules
    where trigger = {{ literal(trigger) }} and {{ column }} is not null
    {%- endfor %}
{%- endmacro %}


{% macro resolved_fields() -%}
    {# The same, with the kind and type of each field; null for a field that doesn't exist. -#}
    select
        field_uses.*,
        coalesce(known_fields.kind, json_kinds.kind) as kind,
        coalesce(known_fields.field_type, case when json_kinds.kind is not null then 'text' end) as field_type
    from field_uses
    left join known_fields on field_uses.field = known_fields.field
    left join {{ _json_kinds() }}
        on {{ starts_with('field_uses.field', 'json_kinds.prefix') }} and field_uses.field != json_kinds.prefix
{%- endmacro %}


{% macro _json_kinds() -%}
    {%- set rows = [] -%}
    {%- for prefix, described in json_fields().items() -%}
        {%- do rows.append([prefix, described.kind]) -%}
    {%- endfor -%}
    (select * from {{ inline_table(rows, ['prefix', 'kind']) }}) as json_kinds
{%- endmacro %}


{% macro sound_conditions() -%}
    {# The conditions whose field may stand where it does, and whose operator suits the field: their values can be judged. -#}
    select
        resolved_fields.seed,
        resolved_fields.row_number,
        resolved_fields.field,
        resolved_fields.field_type,
        resolved_fields.operator,
        resolved_fields.value,
        operator_types.takes
    from resolved_fields
    inner join field_contexts
        on resolved_fields.context = field_contexts.context and resolved_fields.kind = field_contexts.kind
    inner join operator_types
        on resolved_fields.operator = operator_types.operator and resolved_fields.field_type = operator_types.field_type
{%- endmacro %}
