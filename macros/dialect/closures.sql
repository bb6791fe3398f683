{#
    All contacts to which links lead from some, those included, as a query. `links` and `begins`: queries of (contact_key, other_key) and of
    contact_key. `keeps_links`: whether links take long to find; an engine would find them again for each step.
#}
{% macro reachable(begins, links, keeps_links=false) -%}
    {{- adapter.dispatch('reachable')(begins, links, keeps_links) -}}
{%- endmacro %}

{% macro default__reachable(begins, links, keeps_links=false) -%}
with recursive links as {{ kept_whole() ~ ' ' if keeps_links }}(

    {{ links }}

),

reached as (

    {{ begins }}

    union

    select links.other_key as contact_key
    from reached
    inner join links on reached.contact_key = links.contact_key

)

select contact_key
from reached
{%- endmacro %}

{#
    Spark's recursion can't leave out what was reached before: it goes step by step, in a table beside the model's own. In a unit test,
    of whose rows no table can be made, walks that know where they have been do for a handful of contacts.
#}
{% macro spark__reachable(begins, links, keeps_links=false) -%}
    {%- if model.resource_type == 'unit_test' -%}
        {{- return(spark_walks(begins, links)) -}}
    {%- endif -%}
    {%- set table = this.incorporate(path={'identifier': this.identifier ~ '__reached'}, type='table') -%}
    {%- set last = namespace(reached=1) -%}
    {%- if execute -%}
        {%- do adapter.drop_relation(table) -%}
        {%- do run_query(
            'create table ' ~ table ~ ' ' ~ file_format_clause() ~ ' as select distinct contact_key, 0 as step from (' ~ begins ~ ') as begins'
        ) -%}
    {%- endif -%}
    {%- for step in range(1, 10001) if execute -%}
        {%- if last.reached -%}
            {%- do run_query(
                'insert into ' ~ table ~ ' select distinct links.other_key, ' ~ step ~ ' from ' ~ table ~ ' as reached inner join ('
                ~ links ~ ') as links on reached.contact_key = links.contact_key left anti join ' ~ table
                ~ ' as known on links.other_key = known.contact_key where reached.step = ' ~ (step - 1)
            ) -%}
            {%- set last.reached = run_query('select count(*) from ' ~ table ~ ' where step = ' ~ step).rows[0][0] -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if last.reached and execute -%}
        {{- exceptions.raise_compiler_error('contacts are merged in a chain of more than 10,000') -}}
    {%- endif -%}
    select contact_key from {{ table }}
{%- endmacro %}

{% macro spark_walks(begins, links) -%}
with recursive links as (

    {{ links }}

),

walks as (

    select
        contact_key,
        {{ list_of('contact_key') }} as visited
    from ({{ begins }}) as begins

    union all

    select
        links.other_key as contact_key,
        array_append(walks.visited, links.other_key) as visited
    from walks
    inner join links on walks.contact_key = links.contact_key
    where not array_contains(walks.visited, links.other_key)

)

select distinct contact_key
from walks
{%- endmacro %}
