{{- config(enabled=source_models("transactions") | length > 0) -}}

-- The transaction lines of all vendors that var `sources` names.
{% for name in source_models('transactions') -%}
select * from {{ ref(name) }}
{%- if not loop.last %}

union all

{% endif %}
{%- endfor %}
