{% macro planned_run(batches, staged_contacts) -%}
    {#
        What this run is going to do: {run_number, is_full, reason, fingerprint, previous_as_of, previous_run_id, contacts}. It is incremental
        if it can go on from the last finished run, and full, with a reason, otherwise. `batches` is what has arrived.
    #}
    {%- if not execute -%}
        {{- return({
            'run_number': 1, 'is_full': true, 'reason': none, 'fingerprint': none, 'contacts': none, 'previous_as_of': none,
            'previous_run_id': none,
        }) -}}
    {%- endif -%}
    {%- set last, begun = last_run(), begun_run() -%}
    {%- do refuse_earlier_as_of(last) -%}
    {#- All that have arrived, merged and deleted ones and those of the future too. -#}
    {%- set query = 'select count(distinct contact_id) from ' ~ staged_contacts -%}
    {%- set contacts = (run_query(query).rows[0][0] | int) if load_relation(staged_contacts) else 0 -%}
    {%- do refuse_missing_and_shrunk(last, contacts) -%}
    {%- set fingerprint = configuration_fingerprint() -%}
    {%- set reason = full_run_reason(fingerprint, last, begun, batches) -%}
    {%- set base = last if reason is none else {'as_of': none, 'run_id': none} -%}
    {{- return({
        'run_number': 1 + ([last.run_number or 0, begun.run_number or 0] | max), 'is_full': reason is not none, 'reason': reason,
        'fingerprint': fingerprint, 'contacts': contacts, 'previous_as_of': base.as_of, 'previous_run_id': base.run_id,
    }) -}}
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
