{{- config(enabled=source_models("events") | length > 0) -}}

-- The events of all vendors that var `sources` names.
{% for name in source_models('events') -%}
select * from {{ ref(name) }}
{%- if not loop.last %}

union all

{% endif %}
{%- endfor %}
