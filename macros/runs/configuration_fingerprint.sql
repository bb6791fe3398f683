{% macro configuration_fingerprint() -%}
    {#
        What all rows of a score depend on besides raw rows and as_of, as four hashes: seeds, variables, the project's code
        and the columns of the raw tables. Seeds and variables of what each run makes anew (segments, RFM, forecast) don't count.
    #}
    {%- set cell -%}
        concat_ws(chr(31), seed, cast(row_number as {{ dbt.type_string() }}), column_name, coalesce(value, chr(30)))
    {%- endset -%}
    {%- set query -%}
        select count(*), sum(cast({{ content_hash(cell) }} as decimal(38, 0)))
        from {{ ref('seed_cells') }}
        where seed not in ('segments', 'segment_conditions')
    {%- endset -%}
    {#- `dbt compile` before the first build has none. -#}
    {%- set seeds = run_query(query).rows[0].values() | map('string') | list if load_relation(ref('seed_cells')) else [] -%}
    {#- Each engine gives keys of its own. -#}
    {%- set variables = [target.type, flag_var('score_machine_events', false), flag_var('notify_history', false)] -%}
    {%- for name in [
        'time_zone', 'raw_schema', 'raw_database', 'raw_files', 'raw_models', 'unsubscribe_events', 'bounce_events', 'buckets', 'unknown_visitor_ids',
        'currency', 'asset_fields',
    ] -%}
        {%- do variables.append(name ~ '=' ~ var(name, none)) -%}
    {%- endfor -%}
    {%- do variables.append('merge_by=' ~ (merge_limit() if merges_by_address())) -%}
    {%- set columns = [] -%}
    {%- for table in raw_registry() -%}
        {%- do columns.append(tojson(raw_header(table), sort_keys=true)) -%}
    {%- endfor -%}
    {%- if is_source_read() -%}
        {#- What is read of vendors' tables, where they are, and the columns that they have. -#}
        {%- do variables.append('sources=' ~ (read_sources() | sort | join(','))) -%}
        {%- for vendor in source_vendors() -%}
            {%- do variables.append(vendor ~ '=' ~ var(vendor ~ '_schema', none) ~ '.' ~ var(vendor ~ '_database', none)) -%}
            {%- do variables.append((contact_attributes(vendor) | join(',')) ~ consent_unless_opted_out(vendor)) -%}
            {%- for landed in landed_tables(vendor) -%}
                {%- do columns.append(vendor ~ '.' ~ landed.name ~ tojson(landed_header(vendor, landed.name), sort_keys=true)) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(
        'seeds=' ~ local_md5(seeds | join('\n')) ~ ' variables=' ~ local_md5(variables | join('\n'))
        ~ ' code=' ~ local_md5(code_checksums() | join('\n')) ~ ' columns=' ~ local_md5(columns | join('\n'))
    ) -}}
{%- endmacro %}


{% macro code_checksums() -%}
    {# The checksums of the project's models and, where dbt lets a macro see the others, of its macros. #}
    {%- set checksums = [] -%}
    {%- for name, macro in (context.get(model.package_name) or {}).items() if macro.macro is defined -%}
        {%- do checksums.append(name ~ local_md5(macro.macro.macro_sql)) -%}
    {%- endfor -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.package_name == model.package_name -%}
        {%- do checksums.append(node.name ~ node.checksum.checksum) -%}
    {%- endfor -%}
    {{- return(checksums | sort) -}}
{%- endmacro %}


{% macro changed_parts(before, after) -%}
    {# Which parts of two fingerprints differ, in words. #}
    {%- set words = {
        'seeds': 'the seeds changed', 'variables': 'a variable changed', 'code': "the project's code changed",
        'columns': 'columns of the raw tables changed',
    } -%}
    {%- set changed = [] -%}
    {%- for part in after.split(' ') if part not in (before or '').split(' ') -%}
        {%- do changed.append(words[part.split('=')[0]]) -%}
    {%- endfor -%}
    {{- return(changed | join(', ')) -}}
{%- endmacro %}
