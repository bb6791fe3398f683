{% macro planned_run(batches, staged_contacts) -%}
    {#
        What this run is going to do: {run_number, is_full, reason, fingerprint, previous_as_of, previous_run_id, contacts}. It is incremental
        if it can go on from the last finished run, and full, with a reason, otherwise. `batches` is what has arrived.
    #}
    {%- set plan = {
        'run_number': 1, 'is_full': true, 'reason': none, 'fingerprint': none, 'previous_as_of': none, 'previous_run_id': none,
        'contacts': none,
    } -%}
    {%- if not execute -%}
        {{- return(plan) -}}
    {%- endif -%}
    {%- set last = last_run() -%}
    {%- set begun = begun_run() -%}
    {%- do refuse_earlier_as_of(last) -%}
    {%- do plan.update({'contacts': contacts_that_arrived(staged_contacts)}) -%}
    {%- do refuse_missing_and_shrunk(last, plan.contacts) -%}
    {%- do plan.update({'fingerprint': configuration_fingerprint()}) -%}
    {%- do plan.update({'run_number': 1 + ([last.run_number or 0, begun.run_number or 0] | max)}) -%}
    {%- set reason = full_run_reason(plan.fingerprint, last, begun, batches) -%}
    {%- do plan.update({'reason': reason, 'is_full': reason is not none}) -%}
    {%- if not plan.is_full -%}
        {%- do plan.update({'previous_as_of': last.as_of, 'previous_run_id': last.run_id}) -%}
    {%- endif -%}
    {{- return(plan) -}}
{%- endmacro %}


{% macro full_run_reason(fingerprint, last, begun, batches) -%}
    {# Why a run can't go on from the last finished one; none if it can. #}
    {%- if flags.FULL_REFRESH -%}
        {{- return('a full refresh was asked for') -}}
    {%- elif not last.run_number -%}
        {{- return('no run has finished yet') -}}
    {%- elif last.fingerprint is none -%}
        {#- `leadscore` takes it away while it makes what only full runs make. -#}
        {{- return('what is learned of conversions was not finished') -}}
    {%- elif last.fingerprint != fingerprint -%}
        {{- return(changed_parts(last.fingerprint, fingerprint)) -}}
    {%- elif is_source_read() and not is_source_read_before() -%}
        {{- return("what vendors' tables held before isn't known") -}}
    {%- elif begun.run_number != last.run_number and (
        begun.is_full or not replaces_at_once() or begun.fingerprint != fingerprint or begun.as_of > as_of_instant()
    ) -%}
        {{- return('the run before did not finish') -}}
    {%- endif -%}
    {%- set tables = tables_that_lost_rows(batches) -%}
    {{- return(('rows are gone from raw ' ~ (tables | join(', '))) if tables else none) -}}
{%- endmacro %}


{% macro refuse_earlier_as_of(last) -%}
    {# Scores of the past need a full refresh: a run goes on from the last one. #}
    {%- if flags.WHICH in ('run', 'build') and not flags.FULL_REFRESH and last.as_of and as_of_instant() < last.as_of -%}
        {{- exceptions.raise_compiler_error(
            'as_of ' ~ as_of_instant() ~ ' UTC is earlier than ' ~ last.as_of ~ " UTC, which the last run scored for; "
            ~ 'give a later one, or add --full-refresh to score for that instant'
        ) -}}
    {%- endif -%}
{%- endmacro %}
