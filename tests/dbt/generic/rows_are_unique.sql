{% test rows_are_unique(model, columns, moved_only=false, which='true') %}
-- A primary key would say the same, at several times the cost. `moved_only`: looks at the contacts whose rows the run may have changed.
-- `which`: a condition that these rows meet.
select
    {{ columns | join(',\n    ') }},
    count(*) as found
from {{ moved_rows(model) if moved_only else model }} as rows_of_model
where {{ which }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
