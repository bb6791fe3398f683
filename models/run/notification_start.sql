{{- config(materialized="table") -}}

-- depends_on: {{ ref('run_plan') }}

-- Since when entering a band is news. Kept when everything else is built anew.
select {{ first_as_of() }} as first_as_of
