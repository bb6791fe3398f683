{# A vendor's tables, as its connector lands them: whichever there are, with whichever columns. #}

{% macro landed_rows(vendor, table) -%}
    {#
        Every row of a landed table, with the columns that its description (`_<vendor>__sources.yml`) names, typed as it says. A column
        that is missing is a typed null, and a table that is missing has no rows.
    #}
    {%- set header = landed_header(vendor, table) -%}
    select
        {%- for column in landed_columns(vendor, table) %}
        {{ landed_value(column, header) }} as {{ column.name }}{{ ',' if not loop.last }}
        {%- endfor %}
    {%- if header %}
    from {{ landed_relation(vendor, table) }}
    {%- else %}
    where false
    {%- endif %}
{%- endmacro %}


{% macro landed_union(vendor, tables) -%}
    {#
        Every row of several landed tables, with the table's name as `landed_table` and the columns that any of them has by its
        description: typed nulls where a table has none of that name.
    #}
    {%- set types = {} -%}
    {%- for table in tables -%}
        {%- for column in landed_columns(vendor, table) -%}
            {%- do types.setdefault(column.name, raw_type(column.type)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for table in tables -%}
    {%- set own = landed_columns(vendor, table) | map(attribute='name') | list -%}
    select
        '{{ table }}' as landed_table
        {%- for name, type in types.items() %},
        {{ name if name in own else 'cast(null as ' ~ type ~ ') as ' ~ name }}
        {%- endfor %}
    from (

        {{ landed_rows(vendor, table) }}

    ) as {{ table }}
    {%- if not loop.last %}

    union all

    {% endif -%}
    {%- endfor -%}
{%- endmacro %}


{% macro landed_relation(vendor, table) -%}
    {# Where a landed table is; none if there is no such table. #}
    {%- set relation = source(vendor, table) -%}
    {{- return(load_relation(relation) if execute else relation) -}}
{%- endmacro %}


{% macro landed_header(vendor, table) -%}
    {# The columns that a landed table really has: name -> class of its type; empty if there is no such table. #}
    {{- return(header_of(landed_relation(vendor, table))) -}}
{%- endmacro %}


{% macro landed_tables(vendor) -%}
    {# The tables that the description of a vendor names, with its columns. Nothing while dbt parses. #}
    {%- set ours = (graph.sources.values() if execute else []) | selectattr('package_name', 'equalto', model.package_name) -%}
    {{- return(ours | selectattr('source_name', 'equalto', vendor) | sort(attribute='name')) -}}
{%- endmacro %}


{% macro landed_columns(vendor, table) -%}
    {#
        The described columns of a landed table: {name, type, names, placeholders}. `type`: as in the raw registry. `names`: the name
        by which the column is described, and those that older versions of the connector gave it. `placeholders`: whether it may hold
        one of var `unknown_visitor_ids`.
    #}
    {%- set columns = [] -%}
    {%- for landed in landed_tables(vendor) if landed.name == table -%}
        {%- for column in landed.columns.values() -%}
            {%- do columns.append({
                'name': column.name, 'type': column.data_type, 'names': [column.name] + column.meta.get('older_names', []),
                'placeholders': column.meta.get('placeholders', false),
            }) -%}
        {%- endfor -%}
        {%- for name in contact_attributes(vendor) if landed.meta.get('attributes') and name not in landed.columns -%}
            {%- do columns.append({'name': name, 'type': 'text', 'names': [name], 'placeholders': false}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(columns) -}}
{%- endmacro %}


{% macro contact_attributes(vendor) -%}
    {# The columns that var `contact_attributes` adds to what is read of a vendor's contacts. #}
    {%- set names = (var('contact_attributes', none) or {}).get(vendor) or [] -%}
    {%- for name in names if not modules.re.match('^[a-z_][a-z0-9_]*$', name | string) -%}
        {{- exceptions.raise_compiler_error(
            "var contact_attributes: '" ~ name ~ "' of " ~ vendor ~ ' is no name of a column; write it like {' ~ vendor ~ ': [lead_status]}'
        ) -}}
    {%- endfor -%}
    {{- return(names) -}}
{%- endmacro %}


{% macro landed_value(column, header) -%}
    {# A column of a landed table as its type: the first of its names under which a row has something that can be read. #}
    {%- set found = [] -%}
    {%- for name in column.names if name in header -%}
        {%- set cell = {'name': quoted_identifier(name), 'type': column.type, 'placeholders': column.placeholders} -%}
        {%- if column.type == 'timestamp' and header[name] in ('integer', 'decimal', 'float') -%}
            {%- do found.append(instant_of_epoch(cell.name)) -%}
        {%- else -%}
            {%- do found.append(read_value(cell, header[name]) | trim) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not found -%}
        cast(null as {{ raw_type(column.type) }})
    {%- elif found | length == 1 -%}
        {{ found[0] }}
    {%- else -%}
        coalesce({{ found | join(', ') }})
    {%- endif -%}
{%- endmacro %}
