{#
    What dbt's own materializations can be told and the project's can't. It is refused, all of it at once: a hook or a grant that
    is ignored without a word is believed in.
#}

{% macro refuse_unsupported_configurations() -%}
    {# Raises if this model is configured with what its materialization would ignore. #}
    {%- set problems = [] -%}
    {%- for key, instead in unsupported_configurations().items() if model.config.get(key) and is_configured(model.config[key]) -%}
        {%- do problems.append(key ~ ': ' ~ instead) -%}
    {%- endfor -%}
    {%- if model.config.materialized == 'incremental' -%}
        {%- do problems.extend(increment_mistakes()) -%}
    {%- elif model.config.materialized == 'view' and model.config.contract.enforced -%}
        {%- do problems.extend(view_constraints()) -%}
    {%- endif -%}
    {%- if problems -%}
        {{- exceptions.raise_compiler_error(
            model.name ~ ' is configured with what the materialization "' ~ model.config.materialized
            ~ '" of this project (macros/materializations) does not support:\n  - ' ~ (problems | join('\n  - '))
        ) -}}
    {%- endif -%}
{%- endmacro %}


{% macro unsupported_configurations() -%}
    {# The keys that dbt knows for this model's materialization and the project's leaves out, each with what to do instead. #}
    {%- set hook = 'hooks are not run; let a model or a command do what it does' -%}
    {%- set layout = 'tables are laid out as the engine likes; take it away' -%}
    {%- set rows = 'the incremental_strategy alone says which rows give way; write one into macros/runs/incremental_strategies.sql' -%}
    {%- set keys = {
        'pre-hook': hook,
        'post-hook': hook,
        'grants': 'nothing is granted; grant it where the database is set up',
        'persist_docs': 'descriptions are not written to the database; read them with dbt docs',
        'sql_header': 'nothing runs before the SQL; write settings into profiles.yml',
    } -%}
    {%- if model.config.materialized != 'view' -%}
        {%- do keys.update({'indexes': 'none is made; a primary_key or unique constraint in the contract makes one'}) -%}
        {%- set layouts = ['partition_by', 'partitioned_by', 'sort_by', 'sorted_by', 'clustered_by', 'tblproperties'] -%}
        {%- do keys.update(dict.fromkeys(layouts, layout)) -%}
    {%- endif -%}
    {%- if model.config.materialized == 'incremental' -%}
        {%- do keys.update(dict.fromkeys([
            'unique_key', 'predicates', 'incremental_predicates', 'merge_clauses', 'merge_update_condition', 'merge_insert_condition',
            'merge_on_using_columns', 'merge_update_columns', 'merge_exclude_columns', 'merge_update_set_expressions',
            'merge_returning_columns', 'begin', 'batch_size', 'concurrent_batches',
        ], rows)) -%}
    {%- endif -%}
    {{- return(keys) -}}
{%- endmacro %}


{% macro is_configured(value) -%}
    {# Whether a configuration says anything: empty hooks, and mappings of nothing but false and nothing, are dbt's defaults. #}
    {%- if value is mapping -%}
        {{- return(value.values() | select | list | length > 0) -}}
    {%- elif value is sequence and value is not string -%}
        {%- for part in value if part is not mapping or 'sql' not in part or part.sql | trim -%}
            {{- return(true) -}}
        {%- endfor -%}
        {{- return(false) -}}
    {%- endif -%}
    {{- return(value is not none and value is not false and value != '') -}}
{%- endmacro %}


{% macro increment_mistakes() -%}
    {# What an incremental model is told about its increments that can't be done. #}
    {%- set problems = [] -%}
    {%- set strategy, on_change = model.config.get('incremental_strategy'), model.config.on_schema_change -%}
    {%- if strategy in [none, 'default', 'append', 'delete+insert', 'merge', 'microbatch', 'insert_overwrite'] -%}
        {%- do problems.append(
            'incremental_strategy: ' ~ (strategy or 'none') ~ " is dbt's own; name one of the project's, from macros/runs/incremental_strategies.sql"
        ) -%}
    {%- endif -%}
    {#- dbt's default can't be told from a word of the user's but by what was written. Who wrote nothing gets `fail`. -#}
    {%- if on_change not in ['fail', 'append_new_columns'] and 'on_schema_change' in model.unrendered_config -%}
        {%- do problems.append('on_schema_change: ' ~ on_change ~ ' would lose values; choose fail or append_new_columns') -%}
    {%- elif on_change == 'append_new_columns' and not model.config.contract.enforced -%}
        {%- do problems.append('on_schema_change: append_new_columns takes the types from a contract; enforce one') -%}
    {%- endif -%}
    {{- return(problems) -}}
{%- endmacro %}


{% macro view_constraints() -%}
    {# The constraints in the contract of a view, which it can't hold rows to; but for those marked as known not to be enforced. #}
    {%- set problems = [] -%}
    {%- for column in [model] + (model.columns.values() | list) -%}
        {%- for constraint in column.constraints or [] if constraint.warn_unsupported -%}
            {%- do problems.append(
                'constraints: ' ~ constraint.type ~ ' of ' ~ column.name
                ~ ' can not be enforced by a view; make it a data test, or set warn_unsupported: false'
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(problems) -}}
{%- endmacro %}
