{# What is missing isn't empty: raw tables that are gone, vendors' rows and contacts that are, stop a run before it scores anybody. #}

{% macro refuse_missing_and_shrunk(last, contacts) -%}
    {#
        Stops a run that finds contacts gone, or a whole schema, that the last finished run read, unless var `allow_shrink` says that it may.
        `contacts`: how many there are now.
    #}
    {%- if flags.WHICH not in ('run', 'build') or not last.run_number or flag_var('allow_shrink', false) -%}
        {{- return('') -}}
    {%- endif -%}
    {#- What merges and deletes contacts leaves their rows; more than this share at once is a table that was loaded in part. -#}
    {%- set allowed_share = 0.2 -%}
    {%- set problems = _gone_tables() + (_gone_sources() if is_source_read() else []) -%}
    {%- if last.contacts and contacts < last.contacts * (1 - allowed_share) -%}
        {%- do problems.append(
            'contacts are gone: there were ' ~ '{:,}'.format(last.contacts | int) ~ ' in the last run, and now there are '
            ~ '{:,}'.format(contacts | int) ~ ', over ' ~ (allowed_share * 100) | int ~ ' % less'
        ) -%}
    {%- endif -%}
    {%- if problems -%}
        {{- exceptions.raise_compiler_error(
            problems | join('; ') ~ '. Nothing was scored. Bring back what is missing; if it is meant to be gone, add '
            ~ "--allow-shrink to `leadscore run`, or --vars '{allow_shrink: true}' to `dbt build`, once"
        ) -}}
    {%- endif -%}
{%- endmacro %}


{% macro _gone_tables() -%}
    {#
        Table `contacts`, or all raw tables, if the last finished run read rows there and there is no such table now, in words. Any other
        table alone may go.
    #}
    {%- set missing = [] -%}
    {%- for table in raw_registry() if not raw_source(table) -%}
        {%- do missing.append(table) -%}
    {%- endfor -%}
    {%- set is_schema_gone = missing | length == raw_registry() | length -%}
    {%- if 'contacts' not in missing -%}
        {{- return([]) -}}
    {%- endif -%}
    {%- set query -%}
        select source_table, sum(loaded_rows)
        from {{ state_relation('run_state') }}
        where source_table is not null
        group by source_table
        order by source_table
    {%- endset -%}
    {%- set gone = [] -%}
    {%- for table, rows in run_query(query).rows if table == 'contacts' or is_schema_gone -%}
        {%- set place = raw_relation(table) -%}
        {%- do gone.append(place.schema ~ '.' ~ place.identifier ~ " isn't there: the last run read " ~ '{:,}'.format(rows | int) ~ ' rows of it') -%}
    {%- endfor -%}
    {{- return(gone) -}}
{%- endmacro %}


{% macro _gone_sources() -%}
    {# The models of var `sources` of whose rows the last finished run read some, and none is there now, in words. #}
    {%- set read_before, differing = state_relation('source_rows_read'), state_relation('run_source_rows') -%}
    {%- if not read_before -%}
        {{- return([]) -}}
    {%- endif -%}
    {%- set query -%}
        select read_before.source_model, count(distinct read_before.row_id)
        from {{ read_before }} as read_before
        inner join (
            select source_model, count(case when state = 'gone' then 1 end) as gone
            from {{ differing }}
            group by source_model
            having count(case when state = 'there' then 1 end) = 0
        ) as differing on read_before.source_model = differing.source_model
        group by read_before.source_model, differing.gone
        having count(*) = differing.gone
        order by read_before.source_model
    {%- endset -%}
    {%- set gone = [] -%}
    {%- for name, rows in run_query(query).rows if is_source_read(name) -%}
        {%- do gone.append(name ~ ' has no rows: the last run read ' ~ '{:,}'.format(rows | int)) -%}
    {%- endfor -%}
    {{- return(gone) -}}
{%- endmacro %}
