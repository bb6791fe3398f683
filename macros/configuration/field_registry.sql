{% macro field_registry() -%}
    {#
        The fields that conditions, once_per and measure_field may name: field -> {type, kind, column}.
        A JSON field (`event.properties.<key>`) isn't listed: see `field_definition`.
    #}
    {%- set registry = raw_registry() -%}
    {%- set fields = {} -%}
    {%- for kind, table in _field_tables().items() -%}
        {%- for column in registry[table] -%}
            {%- if column.type != 'json' -%}
                {%- set type = 'text' if column.type == 'identifier' else column.type -%}
                {%- do fields.update({kind ~ '.' ~ column.name: {'kind': kind, 'type': type, 'column': column.name}}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do fields.update(_computed_fields()) -%}
    {{- return(fields) -}}
{%- endmacro %}


{% macro _computed_fields() -%}
    {# Fields that are no column of a raw table. #}
    {{- return({
        'transaction.original_amount': {'kind': 'transaction', 'type': 'decimal', 'column': 'original_amount'},
        'transaction.payment_days': {'kind': 'transaction', 'type': 'decimal', 'column': 'payment_days', 'sql_type': 'double'},
        'contact.age': {'kind': 'age', 'type': 'integer', 'column': 'contact_age'},
    }) -}}
{%- endmacro %}


{% macro _field_tables() -%}
    {{- return({'event': 'events', 'transaction': 'transactions', 'contact': 'contacts'}) -}}
{%- endmacro %}


{% macro _known_field(field) -%}
    {# A field of the registry, or none; without making all the others, because a run asks for hundreds. #}
    {%- set kind = field.split('.')[0] -%}
    {%- set table = _field_tables().get(kind) -%}
    {%- for column in (raw_registry()[table] if table else []) if kind ~ '.' ~ column.name == field and column.type != 'json' -%}
        {%- set type = 'text' if column.type == 'identifier' else column.type -%}
        {{- return({'kind': kind, 'type': type, 'column': column.name}) -}}
    {%- endfor -%}
    {{- return(_computed_fields().get(field)) -}}
{%- endmacro %}


{% macro json_fields() -%}
    {# Prefix of a JSON field -> its kind and the column that holds the object. #}
    {{- return({
        'event.properties.': {'kind': 'event', 'column': 'properties'},
        'contact.attributes.': {'kind': 'contact', 'column': 'attributes'},
    }) -}}
{%- endmacro %}


{% macro field_definition(field) -%}
    {#
        {field, kind, type, column, path, name}: `path` is a list of JSON keys, `name` the SQL name that models give it. Kept as long
        as a node is rendered.
    #}
    {%- set known = (model.known_fields or {}) if model is defined and model.known_fields is defined else {} -%}
    {%- if field not in known -%}
        {%- do known.update({field: _field_definition(field)}) -%}
        {%- if model is defined -%}
            {%- do model.update({'known_fields': known}) -%}
        {%- endif -%}
    {%- endif -%}
    {{- return(known[field]) -}}
{%- endmacro %}


{% macro _field_definition(field) -%}
    {%- set known = _known_field(field) -%}
    {%- if known -%}
        {{- return({
            'field': field, 'kind': known.kind, 'type': known.type, 'column': known.column, 'path': none,
            'name': field | replace('.', '_'), 'sql_type': known.get('sql_type'),
        }) -}}
    {%- endif -%}
    {%- for prefix, source in json_fields().items() -%}
        {%- if field.startswith(prefix) and field != prefix -%}
            {{- return({
                'field': field, 'kind': source.kind, 'type': 'text', 'column': source.column,
                'path': field[prefix | length:].split('.'), 'name': json_field_name(field),
            }) -}}
        {%- endif -%}
    {%- endfor -%}
    {#- No field that a seed can name: what `compared_field` makes of a condition on an element of an array. -#}
    {%- if field.startswith('elements.') -%}
        {%- set whole = _field_definition(field[9:]) -%}
        {%- do whole.update({'field': field, 'type': 'list', 'name': json_field_name(field), 'sql_type': text_list_type()}) -%}
        {{- return(whole) -}}
    {%- endif -%}
    {%- set of_segments = segment_field_definition(field) -%}
    {%- if of_segments -%}
        {{- return(of_segments) -}}
    {%- endif -%}
    {{- exceptions.raise_compiler_error("unknown field '" ~ field ~ "'") -}}
{%- endmacro %}


{% macro json_field_name(field) -%}
    {# Column names ignore case, JSON keys don't: capitals are marked, so that no two keys share a name. #}
    {%- set characters = [] -%}
    {%- for character in field -%}
        {%- do characters.append('^' ~ (character | lower) if character in 'ABCDEFGHIJKLMNOPQRSTUVWXYZ^' else character) -%}
    {%- endfor -%}
    {{- return(quoted_identifier(characters | join)) -}}
{%- endmacro %}
