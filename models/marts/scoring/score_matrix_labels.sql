select
    cells.matrix_id,
    first_scores.contact_id,
    cells.label
from {{ ref('config_matrix_cells') }} as cells
inner join {{ ref('contact_scores') }} as first_scores
    on
        cells.first_model_id = first_scores.model_id
        and cells.first_band_id = first_scores.band_id
inner join {{ ref('contact_scores') }} as second_scores
    on
        cells.second_model_id = second_scores.model_id
        and cells.second_band_id = second_scores.band_id
        and first_scores.contact_id = second_scores.contact_id
