{% test rows_are_unique(model, columns) %}
-- Looks at what the run may have changed. A primary key would say the same, at several times the cost.
select
    {{ columns | join(',\n    ') }},
    count(*) as found
from {{ moved_rows(model) }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
