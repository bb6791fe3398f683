-- The last run that finished, and how much of the raw tables it read: written when everything else is.
{%- for model in [
    'int_arrived_events', 'int_arrived_lines', 'int_rejected_values', 'int_contact_versions', 'int_identifications',
    'int_outside_audience', 'int_standings', 'int_current_scores', 'fct_rule_points', 'fct_score_ledger', 'int_score_changes', 'contact_scores', 'score_snapshots',
    'band_transitions', 'score_forecast', 'score_reasons', 'rfm_features', 'score_matrix_labels', 'account_scores',
    'account_bands', 'adjustment_audit', 'rejected_rows', 'run_summary', 'segment_changes', 'segment_members',
    'segment_contacts', 'dim_segments', 'dim_segment_conditions', 'notifications',
] %}
-- depends_on: {{ ref(model) }}
{%- endfor %}

select
    plan.run_number,
    plan.fingerprint,
    plan.is_full,
    plan.as_of,
    batches.source_table,
    batches.loaded_rows,
    batches.loaded_hour,
    batches.last_loaded_at
from {{ ref('run_plan') }} as plan
left join {{ ref('run_batches') }} as batches on batches.loaded_rows > 0
