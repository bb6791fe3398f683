{% macro matrix_mistakes() -%}
    {%- for side in ['first', 'second'] %}
    -- check: the {{ side }} band of a matrix cell is one of its model
    {{ mistaken_cells(
        "cells.shown || ' is not a band of model ' || " ~ shown('score_matrix.' ~ side ~ '_model_id'),
        "coalesce(known_bands.bands, 'nothing: the model has no bands')",
    ) }}
    inner join score_matrix
        on {{ same_row('score_matrix', seed='score_matrix', column=side ~ '_band_id') }}
    inner join known_ids
        on known_ids.seed = 'scoring_models' and score_matrix.{{ side }}_model_id = known_ids.id
    left join model_bands
        on score_matrix.{{ side }}_model_id = model_bands.model_id and score_matrix.{{ side }}_band_id = model_bands.band_id
    left join known_bands
        on score_matrix.{{ side }}_model_id = known_bands.model_id
    where score_matrix.{{ side }}_band_id is not null and model_bands.band_id is null

    union all

    -- check: the {{ side }} model of a matrix is the same in all its rows
    {{ mistaken_cells(
        "'earlier rows of this matrix have model ' || " ~ shown('cells_of_matrix.first_seen'),
        "'one pair of models for each matrix_id'",
    ) }}
    inner join (
        select
            row_number,
            {{ side }}_model_id as model_id,
            first_value({{ side }}_model_id) over (partition by matrix_id order by row_number) as first_seen
        from score_matrix
        where matrix_id is not null and {{ side }}_model_id is not null
    ) as cells_of_matrix
        on {{ same_row('cells_of_matrix', seed='score_matrix', column=side ~ '_model_id') }}
    where cells_of_matrix.model_id != cells_of_matrix.first_seen
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{% macro model_bands() -%}
    select distinct
        model_id,
        band_id
    from score_bands
    where model_id is not null and band_id is not null
{%- endmacro %}


{% macro known_bands() -%}
    {# The bands of each model, as text. -#}
    select
        model_id,
        {{ listed('band_id') }} as bands
    from model_bands
    group by model_id
{%- endmacro %}
