{% macro raw_source(table) -%}
    {#
        Where a raw table is read from: files (var `raw_files`), a model (var `raw_models`), or the source relation if it exists. None
        if there is nothing to read: the table counts as empty.
    #}
    {%- set relation = raw_relation(table) -%}
    {%- set files = var('raw_files', {}).get(table) -%}
    {%- if files -%}
        {{- return(files_as_relation(files)) -}}
    {%- elif not execute -%}
        {{- return(relation) -}}
    {%- endif -%}
    {%- set found = load_relation(relation) -%}
    {%- if not found and _raw_model(table) and flags.WHICH in ('run', 'build') -%}
        {{- exceptions.raise_compiler_error(
            "var raw_models: there is no table or view of model '" ~ _raw_model(table) ~ "'. Build it before, as `dbt build --select "
            ~ '+package:lead_scoring` does; an ephemeral model is neither'
        ) -}}
    {%- endif -%}
    {{- return(found) -}}
{%- endmacro %}


{% macro _raw_model(table) -%}
    {# The model that var `raw_models` names for a raw table, if it does. Unit tests say themselves what comes in. #}
    {{- return((var('raw_models', none) or {}).get(table) if model.resource_type != 'unit_test' else none) -}}
{%- endmacro %}


{% macro raw_relation(table) -%}
    {# A raw table by its name, whether it is there or not: the model that var `raw_models` names for it, or the source. #}
    {%- set named = _raw_model(table) -%}
    {%- if not named -%}
        {{- return(source('raw', table)) -}}
    {%- endif -%}
    {%- set package, name = named.split('.') if '.' in named else (project_name, named) -%}
    {%- if not execute -%}
        {{- return(ref(package, name)) -}}
    {%- endif -%}
    {#- By the graph: who asks may depend on it by way of other models alone. -#}
    {%- for node in graph.nodes.values() if node.name == name and node.package_name == package and node.resource_type in ('model', 'seed', 'snapshot') -%}
        {{- return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)) -}}
    {%- endfor -%}
{%- endmacro %}


{% macro raw_header(table) -%}
    {# The columns that a raw table really has: name -> class of its type. Unit tests override this macro. #}
    {{- return(header_of(raw_source(table))) -}}
{%- endmacro %}


{% macro header_of(relation) -%}
    {# The columns of a relation: name -> class of its type; none if there is no such relation, and while dbt parses. #}
    {%- if not execute or not relation -%}
        {{- return({}) -}}
    {%- endif -%}
    {%- set known = known_in_this_run().setdefault('headers', {}) -%}
    {%- if relation | string not in known -%}
        {%- set header, empty = {}, 'select * from ' ~ relation ~ ' where false' -%}
        {%- for column in get_column_schema_from_query(empty) -%}
            {%- do header.update({(column.name | lower): type_class(column.data_type)}) -%}
        {%- endfor -%}
        {%- if '.' in header.keys() | join -%}
            {#- Of a struct that lists the fields, as `name.field`, and not the column. -#}
            {%- do header.clear() -%}
            {%- for column in run_query('describe ' ~ empty).rows -%}
                {%- do header.update({(column[0] | lower): type_class(column[1])}) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- do known.update({relation | string: header}) -%}
    {%- endif -%}
    {{- return(known[relation | string]) -}}
{%- endmacro %}


{% macro read_value(column, class) -%}
    {#
        A raw column as its contract type: null where it can't be read. `column` is an entry of the raw registry, `class`
        the class of the type that the raw table gives it.
    #}
    {%- set text = cell_text(column.name, class) -%}
    {%- if column.placeholders -%}
        {{ _visitor(as_text(text)) }}
    {%- elif column.type in ('identifier', 'text') -%}
        {{ as_text(text) }}
    {%- elif column.type == 'json' -%}
        {{ json_object(text) }}
    {%- elif column.type == 'boolean' -%}
        {{ column.name if class == 'boolean' else as_boolean(text) }}
    {%- elif column.type == 'integer' -%}
        {{ 'try_cast(' ~ column.name ~ ' as bigint)' if class == 'integer' else as_integer(text) }}
    {%- elif column.type == 'decimal' -%}
        {{ as_summand(text) }}
    {%- elif column.type == 'points' -%}
        {{ as_points(text) }}
    {%- elif column.type in ('timestamp', 'date') -%}
        {{ _read_instant(column, class, text) }}
    {%- endif -%}
{%- endmacro %}


{% macro cell_text(name, class) -%}
    {# A raw column as text. #}
    {%- if class == 'nested' -%}
        {%- set name = 'to_json(' ~ name ~ ')' -%}
    {%- endif -%}
    {{- return(name if class == 'text' else 'cast(' ~ name ~ ' as ' ~ dbt.type_string() ~ ')') -}}
{%- endmacro %}


{% macro _visitor(text) -%}
    {# A visitor's id; null where it is one of var `unknown_visitor_ids`. -#}
    {%- set placeholders = [] -%}
    {%- for part in unknown_visitors() -%}
        {%- do placeholders.append(literal(part | lower) if part.isascii() else 'lower(' ~ as_text(literal(part)) ~ ')') -%}
    {%- endfor -%}
    {%- if placeholders -%}
        case when lower({{ text }}) not in ({{ placeholders | join(', ') }}) then {{ text }} end
    {%- else -%}
        {{ text }}
    {%- endif -%}
{%- endmacro %}


{% macro _read_instant(column, class, text) -%}
    {%- if class == 'timestamptz' -%}
        {%- set instant = instant_as_utc(column.name) -%}
    {%- elif class in ('timestamp', 'date') -%}
        {%- set instant = 'cast(' ~ column.name ~ ' as timestamp)' -%}
    {%- else -%}
        {{- return(as_date(text) if column.type == 'date' else as_utc_timestamp(text)) -}}
    {%- endif -%}
    {%- set instant = 'case when ' ~ in_calendar(instant) ~ ' then ' ~ instant ~ ' end' -%}
    {{- 'cast(' ~ instant ~ ' as date)' if column.type == 'date' else instant -}}
{%- endmacro %}


{% macro staged_rows(table, source=none, places=false) -%}
    {#
        Every row of a raw table, or of a part of it, typed: a column that is missing is a typed null. With `places` of a whole table,
        also the place of the row in it (see `raw_place`).
    #}
    {%- set header = raw_header(table) -%}
    select
        {%- for column in raw_registry()[table] %}
        {{ staged_value(column, header) }} as {{ column.name }}
        {{- ',' if places or not loop.last }}
        {%- endfor %}
        {%- if places %}
        cast({{ raw_place(table) or 'null' }} as bigint) as raw_place
        {%- endif %}
    {%- if header %}
    from {{ source or raw_source(table) }}
    {%- else %}
    where false
    {%- endif %}
{%- endmacro %}


{% macro staged_value(column, header) -%}
    {# A raw column as its contract type, by `raw_header`; a typed null if the table hasn't got it. #}
    {{- read_value(column, header[column.name]) if column.name in header else 'cast(null as ' ~ raw_type(column.type) ~ ')' -}}
{%- endmacro %}


{% macro raw_type(type) -%}
    {# The engine's type of a type of the raw registry. #}
    {{- return({
        'identifier': dbt.type_string(), 'text': dbt.type_string(), 'json': dbt.type_string(), 'boolean': 'boolean',
        'integer': 'bigint', 'decimal': number_type(), 'points': points_type(), 'timestamp': 'timestamp', 'date': 'date',
    }[type]) -}}
{%- endmacro %}


{% macro required_are_present(table) -%}
    {# True for rows that have every required value of their raw table. #}
    {%- set checks = [] -%}
    {%- for column in raw_registry()[table] if column.required -%}
        {%- do checks.append(column.name ~ ' is not null') -%}
    {%- endfor -%}
    {{- checks | join('\n        and ') -}}
{%- endmacro %}
