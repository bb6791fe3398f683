{% macro audience_list(models, relation_of) -%}
    {# The ids of the models whose conditions a contact doesn't meet, as the elements of a list with nulls between. #}
    {%- for model in models %}
                -- model: {{ comment_text(model.model_id) }}
                case when ({{ conditions_sql(model.clauses, relation_of) }}) is not true then {{ literal(model.model_id) }} end
                {{- ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
