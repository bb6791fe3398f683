{% set segments = with_other_fields(segment_definitions(ref('config_segments'), ref('config_segment_conditions'))) -%}
{% set models = models_named(segments) -%}
{% set transitions = transition_conditions(segments) -%}
{% set levels = named_segments(segments) -%}

-- Who belongs to which segment now, a row each, with a hash of what is published of it: made anew in each run.
with scores as (

    select
        {% for model in models -%}
        any_value(scores.score) filter (where models.model_id = {{ literal(model) }}) as {{ field_definition('score.' ~ model).name }},
        any_value(bands.band_id) filter (where models.model_id = {{ literal(model) }}) as {{ field_definition('band.' ~ model).name }},
        {% endfor -%}
        scores.contact_key
    from {{ ref('int_scores') }} as scores
    inner join {{ ref('config_models') }} as models on scores.model_number = models.model_number
    left join {{ ref('config_bands') }} as bands on scores.band_number = bands.band_number
    where {{ is_one_of('models.model_id', models) }}
    group by scores.contact_key

),

-- Bands that were entered lately, left again since or not.
entered as (

    select
        {% for transition in transitions -%}
        bool_or(
            lately.model_id = {{ literal(transition.model_id) }} and {{ condition_sql(transition.condition, 'lately') }}
        ) as entered_{{ transition.number }},
        {% endfor -%}
        lately.contact_key
    from (
        select
            models.model_id,
            changes.contact_key,
            bands.band_id as to_band_id
        from {{ ref('int_score_changes') }} as changes
        inner join {{ ref('config_models') }} as models on changes.model_number = models.model_number
        left join {{ ref('config_bands') }} as bands on changes.band_number = bands.band_number
        where
            changes.previous_band_number is distinct from changes.band_number
            and changes.valid_from <= {{ as_of() }}
            and {{ add_duration('changes.valid_from', 0, whole_number_var('transition_days', 7) ~ ' * 86400000000') }} > {{ as_of() }}
            and {{ is_one_of('models.model_id', transitions | map(attribute='model_id') | unique | list) }}
    ) as lately
    group by lately.contact_key

),

contacts as (

    select
        current_contacts.contact_id,
        current_contacts.contact_key,
        {{ field_values(fields_named(segments, 'contact'), 'current_contacts') -}}
        {% if fields_named(segments, 'age') -%}
        {{ age_at_as_of('current_contacts.birth_date') }} as contact_age,
        {% endif -%}
        scores.* {{ except_columns(['contact_key']) }},
        entered.* {{ except_columns(['contact_key']) }},
        {% for column in rfm_field_types() if column != 'contact_id' -%}
        rfm.{{ column }} as rfm_{{ column }},
        {% endfor -%}
        rfm.contact_id as rfm_contact_id,
        current_contacts.email_status,
        coalesce(current_contacts.email_consent, false) as consents,
        current_contacts.profile_hash
    from {{ ref('int_current_contacts') }} as current_contacts
    left join scores on current_contacts.contact_key = scores.contact_key
    left join entered on current_contacts.contact_key = entered.contact_key
    left join {{ ref('rfm_features') }} as rfm on current_contacts.contact_id = rfm.contact_id

),

{% for level in levels -%}
{% set before = 'contacts' if loop.first else 'members_' ~ loop.index0 -%}
-- Who belongs to segments that others name.
members_{{ loop.index }} as (

    select
        {{ segment_flags(level, transitions, before) -}}
        {{ before }}.*
    from {{ before }}

),

{% endfor -%}
{% set known = 'members_' ~ (levels | length) if levels else 'contacts' -%}
matches as (

    select
        {{ known }}.*,
        {{ explode_present(segment_list(segments, transitions, known)) }} as segment_number
    from {{ known }}

)

select
    segments.segment_id,
    matches.contact_id,
    {{ content_hash(segment_content(segments, 'matches')) }} as content_hash,
    matches.email_status = 'mailable' as is_mailable
from matches
inner join {{ ref('config_segments') }} as segments on matches.segment_number = segments.segment_number
where matches.consents or not segments.requires_consent
