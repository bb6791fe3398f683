{#
    Which runs the ledger of segment changes counts. It holds the changes of every run by its number; those of a run that
    didn't finish are replaced by the next one's.
#}

{% macro publication_number() -%}
    {# The number under which this run's changes stand, as SQL. #}
    {{- return('(select coalesce(max(run_number), 0) + 1 from ' ~ this ~ ')' if is_incremental() else '1') -}}
{%- endmacro %}


{% macro first_open_publication() -%}
    {# The number from which on changes don't count yet, as SQL: they are of this run, or of one that didn't finish. #}
    {{- return(publication_number()) -}}
{%- endmacro %}


{% macro get_incremental_from_open_publication_sql(arg_dict) -%}
    {# The incremental strategy `from_open_publication`: what doesn't count is deleted, and the new rows are added. #}
    delete from {{ arg_dict['target_relation'] }} where run_number >= {{ first_open_publication() }};

    {{ get_insert_into_sql(arg_dict['target_relation'], arg_dict['temp_relation'], arg_dict['dest_columns']) }}
{%- endmacro %}
