{% set metrics = [
    ('contacts', 'contacts that have arrived', 'int_contact_aliases', 'count(*)'),
    ('contacts_scored', 'contacts that are scored', 'int_contacts', 'count(*)'),
    ('contacts_merged', 'contacts merged into another', 'int_merges', 'count(*) filter (where not is_loop)'),
    ('activities_scored', 'activities of contacts that are scored', 'int_activities', "count(*) filter (where standing = 'scored')"),
    ('activities_waiting', 'activities whose contact has not arrived yet', 'int_activities', "count(*) filter (where standing = 'waiting')"),
    ('activities_anonymous', 'activities of visitors whom nobody has identified', 'int_activities', "count(*) filter (where standing = 'anonymous')"),
    ('activities_machine', 'activities of machines, which match no rule', 'int_activities', "count(*) filter (where standing = 'machine')"),
    ('activities_unscored', 'activities of contacts that are deleted', 'int_activities', "count(*) filter (where standing = 'unscored')"),
    ('adjustments', 'manual edits that count', 'adjustment_audit', "count(*) filter (where status = 'counts')"),
    ('adjustments_waiting', 'manual edits whose contact has not arrived yet', 'int_adjustments', 'count(*) filter (where is_waiting)'),
    ('rejected_rows', 'problems of raw rows', 'rejected_rows', 'count(*)'),
    ('ledger_entries', 'rows of the ledger', 'fct_score_ledger', 'count(*)'),
    ('scores', 'scores of contacts', 'contact_scores', 'count(*)'),
] %}

with metrics as (

    {% for metric, description, model, counted in metrics -%}
    select
        '{{ metric }}' as metric,
        '{{ description }}' as description,
        {{ loop.index }} as place,
        {{ counted }} as counted
    from {{ ref(model) }}
    {%- if not loop.last %}

    union all

    {% endif %}
    {%- endfor %}

)

select
    metric,
    description,
    place,
    cast(counted as bigint) as value
from metrics
