{% macro asset(kind, relation, rules) -%}
    {#
        What an activity was done with, as SQL: the first field of var `asset_fields` that has a value. `kind`: event or transaction,
        `relation`: its staging relation. What no activity rule (of definitions) gives points for has none: nobody is told of it.
    #}
    {%- set types = rules_by_type(rules | selectattr('trigger', 'equalto', 'activity')) -%}
    {%- set event_types = [] -%}
    {%- for type in types if type -%}
        {%- do event_types.append(literal(type)) -%}
    {%- endfor -%}
    {%- set values = [] -%}
    {%- for name in _asset_fields() -%}
        {%- set field = field_definition(name) -%}
        {%- if field.kind == kind -%}
            {%- set value = field_value(field, relation) -%}
            {#- A key of a JSON object may hold an empty text, a column can't. -#}
            {%- do values.append(value if field.path is none else 'nullif(' ~ value ~ ", '')") -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set first = 'coalesce(' ~ (values | join(', ')) ~ ')' -%}
    {%- if values and kind == 'transaction' and none in types -%}
        {{- return(first) -}}
    {%- elif values and kind == 'event' and event_types -%}
        {{- return('case when ' ~ relation ~ '.event_type in (' ~ (event_types | sort | join(', ')) ~ ') then ' ~ first ~ ' end') -}}
    {%- endif -%}
    {{- return('cast(null as ' ~ dbt.type_string() ~ ')') -}}
{%- endmacro %}


{% macro _asset_fields() -%}
    {# Var `asset_fields`: names of fields of activities, a list or a text split at `|`. #}
    {%- set given = var('asset_fields', none) or [] -%}
    {%- set parts = given.split('|') if given is string else given if given is sequence and given is not mapping else [given] -%}
    {%- set names = parts | map('trim') | select | list -%}
    {%- for name in names if not _is_asset_field(name) -%}
        {{- exceptions.raise_compiler_error(
            "var asset_fields: '" ~ name ~ "' is no text of an activity; allowed: fields of events and transactions with text, such as "
            ~ 'event.content_id, event.page_path, event.properties.title, transaction.product_id'
        ) -}}
    {%- endfor -%}
    {{- return(names) -}}
{%- endmacro %}


{% macro _is_asset_field(name) -%}
    {%- if name.startswith('event.properties.') and name != 'event.properties.' -%}
        {{- return(true) -}}
    {%- endif -%}
    {%- set field = _known_field(name) -%}
    {{- return(field is not none and field.kind in ('event', 'transaction') and field.type == 'text') -}}
{%- endmacro %}
