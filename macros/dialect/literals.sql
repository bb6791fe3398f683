{# The one place where a value becomes part of SQL text. #}

{% macro literal(value) -%}
    {{- return(adapter.dispatch('literal')(value)) -}}
{%- endmacro %}

{% macro default__literal(value) -%}
    {%- if value is none -%}{{- return('null') -}}{%- endif -%}
    {{- return("'" ~ (value | string | replace("'", "''")) ~ "'") -}}
{%- endmacro %}

{% macro spark__literal(value) -%}
    {%- if value is none -%}{{- return('null') -}}{%- endif -%}
    {{- return("'" ~ (value | string | replace("\\", "\\\\") | replace("'", "\\'")) ~ "'") -}}
{%- endmacro %}


{# A name as an identifier, whatever characters it holds. #}

{% macro quoted_identifier(name) -%}
    {{- return(adapter.dispatch('quoted_identifier')(name)) -}}
{%- endmacro %}

{% macro default__quoted_identifier(name) -%}
    {{- return('"' ~ (name | string | replace('"', '""')) ~ '"') -}}
{%- endmacro %}

{% macro spark__quoted_identifier(name) -%}
    {{- return('`' ~ (name | string | replace('`', '``')) ~ '`') -}}
{%- endmacro %}


{# Configured values of other types than text; what can't be read is null. #}

{% macro number_literal(value) -%}
    {{- return('try_cast(' ~ literal(value) ~ ' as ' ~ number_type() ~ ')') -}}
{%- endmacro %}

{# Without blanks around it, as an instant is read. #}
{% macro timestamp_literal(value) -%}
    {{- return(adapter.dispatch('timestamp_literal')(value.strip())) -}}
{%- endmacro %}

{% macro default__timestamp_literal(value) -%}
    {{- return('try_cast(' ~ literal(value) ~ " as timestamp with time zone) at time zone 'UTC'") -}}
{%- endmacro %}

{% macro spark__timestamp_literal(value) -%}
    {{- return('cast(try_cast(' ~ literal(value) ~ ' as timestamp_ltz) as timestamp_ntz)') -}}
{%- endmacro %}
