-- What can't be meant, though it can be run: `leadscore validate` tells it, and goes on.
with found as (

    select * from {{ ref('warn_unused') }}
    union all
    select * from {{ ref('warn_conditions') }}
    union all
    select * from {{ ref('warn_values') }}
    union all
    select * from {{ ref('warn_bands') }}

)

{{ told_of_cells('found') }}
