{% macro rule_definitions(rules, conditions) -%}
    {#
        What shapes the SQL of rules: a list of mappings, in the order of rule_number, from the configuration tables
        passed in. Numbers, dates and titles aren't here: they are joined at run time. Unit tests override this macro.
    #}
    {{- return(_definitions(
        'rule', 'rule_number as number, rule_id, rule_trigger as trigger, activity, once_per, measure, measure_field, holds_when_empty, per_field',
        rules, conditions
    )) -}}
{%- endmacro %}


{% macro conversion_definitions(conversions, conditions) -%}
    {#
        What counts as success: a list in the shape of `rule_definitions`, as far as a conversion has it, in the order of
        conversion_number. Unit tests override this macro.
    #}
    {%- set columns = 'conversion_number as number, conversion_id, conversion_id as rule_id, activity' -%}
    {{- return(_definitions('conversion', columns, conversions, conditions)) -}}
{%- endmacro %}


{% macro model_definitions(models, conditions) -%}
    {# The scoring models and who is scored by each: a list of {model_id, clauses}. Unit tests override this macro. #}
    {{- return(_definitions('model', 'model_id', models, conditions)) -}}
{%- endmacro %}


{% macro _definitions(kind, columns, relation, conditions) -%}
    {#
        Rows of a configuration table, each with the clauses of its conditions (a list of lists). Empty while dbt only parses, and in
        `dbt compile` before the first build.
    #}
    {%- if not execute or not load_relation(relation) or not load_relation(conditions) -%}
        {{- return([]) -}}
    {%- endif -%}
    {%- set query -%}
        select owner_id, clause, field, operator, value
        from {{ conditions }}
        where owner_type = {{ literal(kind) }}
        order by owner_id, clause, row_number
    {%- endset -%}
    {%- set clauses = {} -%}
    {%- for row in run_query(query).rows -%}
        {%- set condition = {'field': row[2], 'operator': row[3], 'value': row[4]} -%}
        {%- do clauses.setdefault(row[0], {}).setdefault(row[1], []).append(condition) -%}
    {%- endfor -%}
    {%- set definitions = [] -%}
    {%- for row in run_query('select ' ~ columns ~ ' from ' ~ relation ~ ' order by ' ~ kind ~ '_number').rows -%}
        {%- do definitions.append(dict(row.dict(), clauses=clauses.get(row[kind ~ '_id'], {}).values() | list)) -%}
    {%- endfor -%}
    {{- return(definitions) -}}
{%- endmacro %}


{% macro fields_named(definitions, kind) -%}
    {#
        The fields of a kind (event, transaction, contact) that definitions name anywhere, once each and in order:
        what models must carry, and nothing else.
    #}
    {%- set names = {} -%}
    {%- for definition in definitions -%}
        {%- set named = [definition.once_per, definition.measure_field, definition.per_field] -%}
        {%- for condition in definition.clauses | sum(start=[]) -%}
            {%- do named.extend([compared_field(condition), condition.other_field]) -%}
        {%- endfor -%}
        {%- do names.update(dict.fromkeys(named | select)) -%}
    {%- endfor -%}
    {%- set fields = [] -%}
    {%- for name in names.keys() | sort(case_sensitive=true) -%}
        {%- set field = field_definition(name) -%}
        {%- if field.kind == kind -%}
            {%- do fields.append(field) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(fields) -}}
{%- endmacro %}
