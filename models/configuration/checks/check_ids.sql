{{- config(materialized="view") -}}

{%- for seed, columns in seed_registry().items() if columns | selectattr('2.key') | list -%}
{%- set keys = columns | selectattr('2.key') | map(attribute=0) | join(', ') -%}
{{ 'union all\n\n' if not loop.first }}-- check: {{ keys }} {{ 'occur together' if ',' in keys else 'occurs' }} once in {{ seed }}
select
    '{{ seed }}' as seed, row_number, '{{ keys.split(', ') | last }}' as column_name,
    concat('row ', first_row, ' has the same {{ keys }}') as problem,
    'each {{ keys }} once' as allowed
from (
    select
        row_number,
        min(row_number) over (partition by {{ keys }}) as first_row
    from (
        {{ typed_seed(ref('seed_cells'), seed) | indent }}
    ) as typed
    where {{ keys | replace(',', ' is not null and') }} is not null
) as keyed
where row_number > first_row
{%- if not loop.last %}

{% endif %}
{%- endfor %}
