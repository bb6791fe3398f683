{% test periods_adjoin(model, columns, moved_only=false) %}
-- Periods of the same `columns` follow one another: each ends when the next begins, and the last has no end. So no two begin at once.
-- `moved_only`: looks at the contacts whose rows the run may have changed.
select *
from (
    select
        {{ columns | join(',\n        ') }},
        valid_from,
        valid_to,
        lead(valid_from) over (partition by {{ columns | join(', ') }} order by valid_from) as next_from
    from {{ moved_rows(model) if moved_only else model }} as rows_of_model
) as neighbours
where valid_to is distinct from next_from
{% endtest %}
