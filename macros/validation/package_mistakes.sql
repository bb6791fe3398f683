{% macro package_mistakes() -%}
    {#
        Where this project is a package: what the project that has it must mend before scores can be right, as rows for `check_files`:
        [seed, column, value, problem, allowed]. Nothing where it is a project of its own.
    #}
    {%- if not execute or model.package_name == project_name -%}
        {{- return([]) -}}
    {%- endif -%}
    {{- return(_names_taken() + _seeds_not_of_text() + _raw_models_unknown() + _zone_not_utc()) -}}
{%- endmacro %}


{% macro _names_taken() -%}
    {# What of the other project dbt takes for ours, because it has the same name. Seeds may, and raw models are named with their project. #}
    {%- set taken = {} -%}
    {%- for node in graph.nodes.values() if node.package_name == model.package_name -%}
        {%- for reference in node.refs or [] if not reference.package -%}
            {%- set ours, theirs = 'model.' ~ model.package_name ~ '.' ~ reference.name, 'model.' ~ project_name ~ '.' ~ reference.name -%}
            {%- if theirs in node.depends_on.nodes and ours not in node.depends_on.nodes -%}
                {%- do taken.update({'model ' ~ reference.name: node.name}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for source_name, table in node.sources or [] -%}
            {%- if 'source.' ~ project_name ~ '.' ~ source_name ~ '.' ~ table in node.depends_on.nodes -%}
                {%- do taken.update({'source ' ~ source_name ~ '.' ~ table: node.name}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set found = [] -%}
    {%- for other, reader in taken.items() -%}
        {%- do found.append([
            'dbt_project.yml', 'flags', other, reader ~ ' would read ' ~ other ~ ' of ' ~ project_name,
            'require_ref_searches_node_package_before_root: true',
        ]) -%}
    {%- endfor -%}
    {{- return(found) -}}
{%- endmacro %}


{% macro _seeds_not_of_text() -%}
    {# Seeds of the other project whose types dbt guessed: `01` would be 1. They get ours if ours are switched off. #}
    {%- set found = [] -%}
    {%- for seed in seed_registry() -%}
        {%- set guessed = [] -%}
        {%- for column in adapter.get_columns_in_relation(ref(seed))
            if type_class(column.dtype) != 'text' and column.name != file_row_column() -%}
            {%- do guessed.append((column.name | lower) ~ ' ' ~ column.dtype) -%}
        {%- endfor -%}
        {%- if guessed -%}
            {%- do found.append([
                seed, 'column_types', guessed | join(', '), 'not all columns are text: ' ~ (guessed | join(', ')),
                'seeds: {lead_scoring: {' ~ seed ~ ': {+enabled: false}}} for our types; then dbt seed --full-refresh',
            ]) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(found) -}}
{%- endmacro %}


{% macro _raw_models_unknown() -%}
    {# Tables in var `raw_models` that are no raw tables. #}
    {%- set found = [] -%}
    {%- for table in var('raw_models', none) or {} if table not in raw_registry() -%}
        {%- do found.append(['vars', 'raw_models', table, "'" ~ comment_text(table) ~ "' is no raw table", raw_registry() | join(', ')]) -%}
    {%- endfor -%}
    {{- return(found) -}}
{%- endmacro %}


{% macro _zone_not_utc() -%}
    {# A zone of the session in which texts without an offset would be another instant. #}
    {%- set zone = run_query('select ' ~ session_time_zone()).rows[0][0] -%}
    {%- set found = ['profiles.yml', 'time zone', zone, "the session's time zone is " ~ zone, 'UTC: see docs/package.md of lead_scoring'] -%}
    {{- return([] if zone | lower in ('utc', 'etc/utc', 'gmt', 'z') else [found]) -}}
{%- endmacro %}
