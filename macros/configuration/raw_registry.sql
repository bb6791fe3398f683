{% macro raw_registry() -%}
    {#
        The raw tables, a list of columns each, in the contract's order: the one list from which reading, rejecting,
        the fields of conditions and their validation derive. `identifier` columns hold text in which '' is missing.
    #}
    {%- if model is defined and model.known_raw_registry is defined -%}
        {{- return(model.known_raw_registry) -}}
    {%- endif -%}
    {%- set tables = {
        'contacts': [
            ['contact_id', 'identifier', 'required'], ['created_at', 'timestamp', 'required'], ['updated_at', 'timestamp'],
            ['email', 'text'], ['phone', 'text'], ['first_name', 'text'], ['last_name', 'text'], ['job_title', 'text'],
            ['company_name', 'text'], ['company_size', 'integer'], ['industry', 'text'], ['account_id', 'identifier'],
            ['postal_code', 'text'], ['city', 'text'], ['country', 'text'], ['birth_date', 'date'],
            ['email_consent', 'boolean'], ['merged_into', 'identifier'], ['deleted_at', 'timestamp'],
            ['attributes', 'json'], ['loaded_at', 'timestamp', 'required'],
        ],
        'events': [
            ['event_id', 'identifier', 'required'], ['event_type', 'identifier', 'required'],
            ['occurred_at', 'timestamp', 'required'], ['contact_id', 'identifier'], ['anonymous_id', 'identifier'],
            ['page_path', 'text'], ['campaign_id', 'identifier'], ['email_id', 'identifier'], ['form_id', 'identifier'],
            ['content_id', 'identifier'], ['is_machine', 'boolean'], ['properties', 'json'],
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
            ['points', 'points', 'required'], ['note', 'text'], ['author', 'text'],
            ['adjusted_at', 'timestamp', 'required'], ['deleted_at', 'timestamp'],
            ['loaded_at', 'timestamp', 'required'],
        ],
    } -%}
    {%- set registry = {} -%}
    {%- for table, columns in tables.items() -%}
        {%- set described = [] -%}
        {%- for column in columns -%}
            {%- do described.append({'name': column[0], 'type': column[1], 'required': column | length > 2}) -%}
        {%- endfor -%}
        {%- do registry.update({table: described}) -%}
    {%- endfor -%}
    {#- Kept as long as a node is rendered: it is asked for hundreds of times. -#}
    {%- if model is defined -%}
        {%- do model.update({'known_raw_registry': registry}) -%}
    {%- endif -%}
    {{- return(registry) -}}
{%- endmacro %}
