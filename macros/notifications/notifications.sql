{# The outbox of threshold crossings: from when on it counts, and what has been delivered of it. #}

{% macro first_as_of() -%}
    {#
        The instant that the first finished run scored for, as a SQL timestamp: what had happened by then is history. As long
        as no run has finished, it is that of this run.
    #}
    {%- if execute and last_run().run_number -%}
        {%- set relation = state_relation('notification_start') -%}
        {%- set rows = run_query('select first_as_of from ' ~ relation).rows if relation else [] -%}
        {{- instant_literal(rows[0][0] if rows else last_run().as_of) -}}
    {%- else -%}
        {{- as_of() -}}
    {%- endif -%}
{%- endmacro %}


{% macro is_news(instant, start) -%}
    {# Whether an entering is news, not history: it came after the first run, or var `notify_history` asks for all. #}
    {%- if flag_var('notify_history', false) -%}
        true
    {%- else -%}
        {{ instant }} > {{ start }}
    {%- endif -%}
{%- endmacro %}


{% macro notification_deliveries() -%}
    {# What `leadscore deliver` recorded as delivered, as a query. Unit tests override this macro. #}
    {%- set relation = load_relation(
        ref('notification_start').incorporate(path={'identifier': 'notification_deliveries'}, type='table')
    ) if execute else none -%}
    {%- set types = dict.fromkeys(['model_id', 'contact_id', 'band_id', 'reasons', 'action'], dbt.type_string()) -%}
    {{- kept_rows(relation, dict(
        types, score=score_type(), recorded_after_run='bigint', transitioned_at='timestamp', delivered_at='timestamp',
    )) -}}
{%- endmacro %}


{% macro seemed_then(told, enterings) -%}
    {#
        Whether what was told of a band is this entering of it, which seemed to be later then: at the instant told it was the last one,
        as is known now.
    #}
    {{ told }}.transitioned_at >= {{ enterings }}.transitioned_at
    and coalesce({{ told }}.transitioned_at < {{ enterings }}.next_transitioned_at, true)
{%- endmacro %}


{% macro last_finished_run() -%}
    {# The number of the last run that finished, 0 if none has. Unit tests override this macro. #}
    {%- set relation = ref('notification_start').incorporate(path={'identifier': 'run_state'}, type='table') -%}
    {{- (_run_in(load_relation(relation)).run_number if execute else none) or 0 -}}
{%- endmacro %}
