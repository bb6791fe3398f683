{{- config(materialized="ephemeral") -}}

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
        {{ typed_seed(ref('seed_cells'), seed) }}
    ) as typed
    where {{ keys | replace(',', ' is not null and') }} is not null
) as keyed
where row_number > first_row
{%- if not loop.last %}

{% endif %}
{%- endfor %}

union all

-- check: an id is a line of at most 100 characters
select
    seed, row_number, column_name,
    case
        when length(value) > 100 then '<cell> is longer than 100 characters'
        else '<cell> holds a line break or another control character'
    end as problem,
    'at most 100 characters, no control characters' as allowed
from {{ ref('seed_cells') }}
where
    column_type = 'id'
    -- A cell that refers to an id is told apart from it by the check of references.
    and to_seed is null
    and column_name not in ('first_band_id', 'second_band_id')
    and (length(value) > 100 or {{ regexp_matches('value', '[\\p{Cc}\\x{2028}\\x{2029}]') }})

union all

-- check: the names of a segment's files, in which its id is percent-encoded but for blanks, are at most 255 bytes
select
    seed, row_number, column_name,
    '<cell> would be more than 230 bytes of the names of its files' as problem,
    '230 bytes: an accented letter counts 6, a sign like | 3' as allowed
from {{ ref('seed_cells') }}
where
    seed = 'segments'
    and column_name = 'segment_id'
    and length(value) <= 100
    and length(url_encode(translate(value, ' *', '_|'))) > 230
