{% macro rule_definitions(rules, conditions) -%}
    {#
        What shapes the SQL of rules: a list of mappings, in the order of rule_number, from the configuration tables
        passed in. Numbers, dates and titles aren't here: they are joined at run time. Empty while dbt only parses, and
        in `dbt compile` before the first build. Unit tests override this macro.
    #}
    {%- if not execute or not load_relation(rules) or not load_relation(conditions) -%}
        {{- return([]) -}}
    {%- endif -%}
    {%- set clauses = _clauses_by_owner(conditions, 'rule') -%}
    {%- set query -%}
        select rule_number, rule_id, rule_trigger, activity, once_per, measure, measure_field, holds_when_empty, per_field
        from {{ rules }}
        order by rule_number
    {%- endset -%}
    {%- set definitions = [] -%}
    {%- for row in run_query(query).rows -%}
        {%- do definitions.append({
            'number': row[0], 'rule_id': row[1], 'trigger': row[2], 'activity': row[3], 'once_per': row[4],
            'measure': row[5], 'measure_field': row[6], 'holds_when_empty': row[7], 'per_field': row[8],
            'clauses': clauses.get(row[1], []),
        }) -%}
    {%- endfor -%}
    {{- return(definitions) -}}
{%- endmacro %}


{% macro conversion_definitions(conversions, conditions) -%}
    {#
        What counts as success: a list in the shape of `rule_definitions`, as far as a conversion has it, in the order of
        conversion_number. Unit tests override this macro.
    #}
    {%- if not execute or not load_relation(conversions) or not load_relation(conditions) -%}
        {{- return([]) -}}
    {%- endif -%}
    {%- set clauses = _clauses_by_owner(conditions, 'conversion') -%}
    {%- set query = 'select conversion_number, conversion_id, activity from ' ~ conversions ~ ' order by conversion_number' -%}
    {%- set definitions = [] -%}
    {%- for row in run_query(query).rows -%}
        {%- do definitions.append({'number': row[0], 'rule_id': row[1], 'activity': row[2], 'clauses': clauses.get(row[1], [])}) -%}
    {%- endfor -%}
    {{- return(definitions) -}}
{%- endmacro %}


{% macro model_definitions(models, conditions) -%}
    {# The scoring models and who is scored by each: a list of {model_id, clauses}. Unit tests override this macro. #}
    {%- if not execute or not load_relation(models) or not load_relation(conditions) -%}
        {{- return([]) -}}
    {%- endif -%}
    {%- set clauses = _clauses_by_owner(conditions, 'model') -%}
    {%- set definitions = [] -%}
    {%- for row in run_query('select model_id from ' ~ models ~ ' order by model_id').rows -%}
        {%- do definitions.append({'model_id': row[0], 'clauses': clauses.get(row[0], [])}) -%}
    {%- endfor -%}
    {{- return(definitions) -}}
{%- endmacro %}


{% macro _clauses_by_owner(conditions, owner_type) -%}
    {# owner_id -> list of clauses, each a list of conditions. #}
    {%- set query -%}
        select owner_id, clause, field, operator, value
        from {{ conditions }}
        where owner_type = {{ literal(owner_type) }}
        order by owner_id, clause, row_number
    {%- endset -%}
    {%- set owners = {} -%}
    {%- for row in run_query(query).rows -%}
        {%- set clauses = owners.setdefault(row[0], {}) -%}
        {%- do clauses.setdefault(row[1], []).append({'field': row[2], 'operator': row[3], 'value': row[4]}) -%}
    {%- endfor -%}
    {%- set result = {} -%}
    {%- for owner, clauses in owners.items() -%}
        {%- do result.update({owner: clauses.values() | list}) -%}
    {%- endfor -%}
    {{- return(result) -}}
{%- endmacro %}


{% macro fields_named(definitions, kind) -%}
    {#
        The fields of a kind (event, transaction, contact) that definitions name anywhere, once each and in order:
        what models must carry, and nothing else.
    #}
    {%- set names = {} -%}
    {%- for definition in definitions -%}
        {%- for field in [definition.once_per, definition.measure_field, definition.per_field] if field -%}
            {%- do names.update({field: true}) -%}
        {%- endfor -%}
        {%- for clause in definition.clauses -%}
            {%- for condition in clause -%}
                {%- do names.update({compared_field(condition): true}) -%}
                {%- if condition.other_field -%}
                    {%- do names.update({condition.other_field: true}) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
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
