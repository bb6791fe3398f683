{{- config(enabled=source_models("contacts") | length > 0) -}}

-- The contacts of all vendors that var `sources` names.
{% for name in source_models('contacts') -%}
select * from {{ ref(name) }}
{%- if not loop.last %}

union all

{% endif %}
{%- endfor %}
