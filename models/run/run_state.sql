-- The last run that finished, and how much of the raw tables it read: written when everything else is.
{%- for model in [
    'int_activity_ids', 'int_current_contacts', 'int_rejected_values', 'rejected_row_contents', 'int_reasons', 'int_score_places', 'int_scores',
    'account_bands', 'dim_contacts', 'account_scores', 'adjustment_audit', 'band_transitions', 'contact_scores', 'fct_rule_points', 'fct_score_ledger',
    'notifications', 'rejected_rows', 'rfm_features', 'run_summary', 'score_forecast', 'score_matrix_labels', 'score_reasons',
    'score_snapshots', 'segment_changes', 'segment_contacts', 'segment_members', 'dim_segments', 'dim_segment_conditions',
    'fct_conversions', 'score_quality', 'score_lift', 'band_conversion', 'rule_effectiveness',
] + (['source_rows_read'] if is_source_read() else []) %}
-- depends_on: {{ ref(model) }}
{%- endfor %}

select
    plan.run_number,
    plan.run_id,
    plan.fingerprint,
    plan.contacts,
    plan.is_full,
    plan.as_of,
    batches.source_table,
    batches.loaded_rows,
    batches.loaded_hour,
    batches.last_loaded_at
from {{ ref('run_plan') }} as plan
left join {{ ref('run_batches') }} as batches on batches.loaded_rows > 0
