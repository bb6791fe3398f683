{#
    How rows give way to new ones on Spark (see `replaced_rows`). Tables of plain files are overwritten by bucket: a run that was
    killed meanwhile is followed by a full one. A format with transactions takes deletes and inserts as one merge.
#}

{% macro spark__replaced_rows(arguments, condition, keys, matching=none) -%}
    {%- if condition == 'false' -%}
        insert into {{ arguments.target_relation }}
        select * from {{ arguments.temp_relation }}
    {%- elif not replaces_at_once() -%}
        {{- spark_overwritten_buckets(arguments, condition, keys) -}}
    {%- elif matching -%}
        {{- merged_rows(arguments, matching) -}}
    {%- else -%}
        {%- do run_query('delete from ' ~ arguments.target_relation ~ ' where ' ~ condition) %}
        insert into {{ arguments.target_relation }}
        select * from {{ arguments.temp_relation }}
    {%- endif -%}
{%- endmacro %}


{% macro spark_overwritten_buckets(arguments, condition, keys) -%}
    {# Overwrites the buckets of the keys and of the new rows with what stays of them and the new rows; emptied ones are dropped. #}
    {%- set bucket = bucket_of_strategy(arguments.strategy)[0] -%}
    {%- set target, source = arguments.target_relation, arguments.temp_relation -%}
    {%- set names = adapter.get_columns_in_relation(target) | map(attribute='quoted') | join(', ') -%}
    {%- set new_buckets = 'select ' ~ bucket ~ ' from ' ~ source -%}
    {%- set written = spark_numbers('select ' ~ bucket_number('name') ~ ' from (' ~ keys ~ ') as keyed (name) union ' ~ new_buckets) -%}
    {%- set stays = bucket ~ ' in (' ~ (written | join(', ') or 'null') ~ ') and not coalesce(' ~ condition ~ ', false)' -%}
    {%- set filled = spark_numbers('select ' ~ bucket ~ ' from ' ~ target ~ ' where ' ~ stays ~ ' union ' ~ new_buckets) -%}
    {%- for number in written if number not in filled -%}
        {%- do run_query('alter table ' ~ target ~ ' drop if exists partition (' ~ bucket ~ ' = ' ~ number ~ ')') -%}
    {%- endfor %}
    insert overwrite table {{ target }}
    partition ({{ bucket }})
    select {{ names }}
    from {{ target }}
    where {{ stays }}
    union all
    select {{ names }}
    from {{ source }}
{%- endmacro %}


{% macro spark_numbers(query) -%}
    {# The whole numbers that a query gives, each once. #}
    {%- set numbers = [] -%}
    {%- for row in run_query('select distinct * from (' ~ query ~ ') as numbers').rows -%}
        {%- do numbers.append(row[0] | int) -%}
    {%- endfor -%}
    {{- return(numbers | sort) -}}
{%- endmacro %}


{% macro merged_rows(arguments, matching) -%}
    {#
        One merge that deletes the rows whose columns are those of a row of a query, and inserts the new ones. `matching`:
        {columns, query}.
    #}
    {%- set target, source = arguments.target_relation, arguments.temp_relation -%}
    {%- set names = adapter.get_columns_in_relation(target) | map(attribute='quoted') | list -%}
    {%- set gone, same = [], [] -%}
    {%- for column in matching.columns -%}
        {%- do gone.append('gone_' ~ loop.index) -%}
        {%- do same.append('stored.' ~ column ~ ' = made.gone_' ~ loop.index) -%}
    {%- endfor %}
    merge into {{ target }} as stored
    using (
        select
            gone.*,
            new_rows.*
        from (
            select distinct
                true as is_gone,
                keyed.*
            from ({{ matching.query }}) as keyed ({{ gone | join(', ') }})
        ) as gone
        left join {{ source }} as new_rows on false
        union all
        select
            false as is_gone,
            {% for name in gone %}null as {{ name }}, {% endfor %}
            new_rows.*
        from {{ source }} as new_rows
    ) as made
    on made.is_gone and {{ same | join(' and ') }}
    when matched then delete
    when not matched and not made.is_gone
        then insert ({{ names | join(', ') }}) values (made.{{ names | join(', made.') }})
{%- endmacro %}
