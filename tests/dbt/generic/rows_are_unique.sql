{% test rows_are_unique(model, columns, moved_only=false) %}
-- A primary key would say the same, at several times the cost. `moved_only`: looks at the contacts whose rows the run may have changed.
select
    {{ columns | join(',\n    ') }},
    count(*) as found
from {{ moved_rows(model) if moved_only else model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
