{{- config(materialized="view", tags=["constant"]) -}}

select
    cells.matrix_id,
    contacts.contact_id,
    cells.label
from {{ ref('config_matrix_cells') }} as cells
inner join {{ ref('config_bands') }} as first_bands
    on
        cells.first_model_id = first_bands.model_id
        and cells.first_band_id = first_bands.band_id
inner join {{ ref('config_bands') }} as second_bands
    on
        cells.second_model_id = second_bands.model_id
        and cells.second_band_id = second_bands.band_id
inner join {{ ref('int_scores') }} as first_scores on first_bands.band_number = first_scores.band_number
inner join {{ ref('int_scores') }} as second_scores
    on
        second_bands.band_number = second_scores.band_number
        and first_scores.contact_key = second_scores.contact_key
inner join {{ ref('int_contact_keys') }} as contacts on first_scores.contact_key = contacts.contact_key
