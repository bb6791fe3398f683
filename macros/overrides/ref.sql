{% macro ref() -%}
    {#
        Takes the place of dbt's own: a relation by schema and name, without its database. A view of ours then works in whatever
        file it stands, under whatever name that file is attached.
    #}
    {{- return(builtins.ref(*varargs, **kwargs).include(database=false)) -}}
{%- endmacro %}
