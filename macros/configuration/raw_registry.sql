{% macro raw_registry() -%}
    {#
        The raw tables, a list of columns each, in the contract's order: the one list from which reading, rejecting,
        the fields of conditions and their validation derive. `personal` columns tell something about a person: mart
        `rejected_rows` goes without them. `placeholders` columns may hold one of var `unknown_visitor_ids`, which is no value.
    #}
    {%- if model is defined and model.known_raw_registry is defined -%}
        {{- return(model.known_raw_registry) -}}
    {%- endif -%}
    {%- set tables = {
        'contacts': [
            ['contact_id', 'identifier', 'required'], ['created_at', 'timestamp', 'required'], ['updated_at', 'timestamp'],
            ['email', 'text', 'personal'], ['phone', 'text', 'personal'], ['first_name', 'text', 'personal'], ['last_name', 'text', 'personal'], ['job_title', 'text', 'personal'],
            ['company_name', 'text', 'personal'], ['company_size', 'integer'], ['industry', 'text'], ['account_id', 'identifier'],
            ['postal_code', 'text', 'personal'], ['city', 'text', 'personal'], ['country', 'text', 'personal'], ['birth_date', 'date', 'personal'],
            ['email_consent', 'boolean'], ['merged_into', 'identifier'], ['deleted_at', 'timestamp'],
            ['attributes', 'json', 'personal'], ['loaded_at', 'timestamp', 'required'],
        ],
        'events': [
            ['event_id', 'identifier', 'required'], ['event_type', 'identifier', 'required'],
            ['occurred_at', 'timestamp', 'required'], ['contact_id', 'identifier'], ['anonymous_id', 'identifier', 'personal', 'placeholders'],
            ['page_path', 'text', 'personal'], ['campaign_id', 'identifier'], ['email_id', 'identifier'], ['form_id', 'identifier'],
            ['content_id', 'identifier'], ['is_machine', 'boolean'], ['properties', 'json', 'personal'],
            ['loaded_at', 'timestamp', 'required'],
        ],
        'transactions': [
            ['transaction_id', 'identifier', 'required'], ['line_number', 'integer', 'required'],
            ['contact_id', 'identifier', 'required'], ['ordered_at', 'timestamp', 'required'], ['product_id', 'identifier'],
            ['product_category', 'text'], ['quantity', 'decimal'], ['amount', 'decimal', 'required'],
            ['currency', 'text'], ['status', 'text'], ['invoiced_at', 'timestamp'], ['paid_at', 'timestamp'],
            ['loaded_at', 'timestamp', 'required'],
        ],
        'score_adjustments': [
            ['adjustment_id', 'identifier', 'required'], ['model_id', 'identifier', 'required'],
            ['contact_id', 'identifier', 'required'], ['operation', 'text', 'required'],
            ['points', 'points', 'required'], ['note', 'text', 'personal'], ['author', 'text', 'personal'],
            ['adjusted_at', 'timestamp', 'required'], ['deleted_at', 'timestamp'],
            ['loaded_at', 'timestamp', 'required'],
        ],
    } -%}
    {%- set registry = {} -%}
    {%- for table, columns in tables.items() -%}
        {%- set described = [] -%}
        {%- for column in columns -%}
            {%- do described.append({
                'name': column[0], 'type': column[1], 'required': 'required' in column, 'personal': 'personal' in column,
                'placeholders': 'placeholders' in column,
            }) -%}
        {%- endfor -%}
        {%- do registry.update({table: described}) -%}
    {%- endfor -%}
    {#- Kept as long as a node is rendered: it is asked for hundreds of times. -#}
    {%- if model is defined -%}
        {%- do model.update({'known_raw_registry': registry}) -%}
    {%- endif -%}
    {{- return(registry) -}}
{%- endmacro %}
