{% set metrics = [
    ('contacts', 'contacts that have arrived', 'int_contact_aliases', 'count(*)'),
    ('contacts_scored', 'contacts that are scored', 'int_contacts', 'count(*)'),
    ('contacts_merged', 'contacts merged into another', 'int_merges', 'count(*) filter (where not is_loop)'),
    ('activities_scored', 'activities of contacts that are scored', 'int_standings', "coalesce(sum(activities) filter (where standing = 'scored'), 0)"),
    ('activities_waiting', 'activities whose contact has not arrived yet', 'int_standings', "coalesce(sum(activities) filter (where standing = 'waiting'), 0)"),
    ('activities_anonymous', 'activities of visitors whom nobody has identified', 'int_standings', "coalesce(sum(activities) filter (where standing = 'anonymous'), 0)"),
    ('activities_machine', 'activities of machines, which match no rule', 'int_standings', "coalesce(sum(activities) filter (where standing = 'machine'), 0)"),
    ('activities_unscored', 'activities of contacts that are deleted', 'int_standings', "coalesce(sum(activities) filter (where standing = 'unscored'), 0)"),
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
