{# `contact.age`: whole years since birth_date, by days in var `time_zone`. Who is born on 29 February has a birthday on 28 February in other years. #}

{% macro ages_compared(definitions) -%}
    {#
        The ages at which a condition on `contact.age` may begin or cease to hold, from 0, at which there is one: a list in order. Empty
        where none is on it.
    #}
    {%- set ages = {} -%}
    {%- for condition in definitions | map(attribute='clauses') | sum(start=[]) | sum(start=[]) if condition.field == 'contact.age' -%}
        {%- do ages.update({0: true}) -%}
        {%- for part in (condition.value or '').split('|') -%}
            {#- Rounded, so that an age to which the value is rounded elsewhere is there as well: one too many does no harm. -#}
            {%- set number = part | trim | float(-1) | round(9) -%}
            {%- for age in [number | round(0, 'ceil'), number | round(0, 'floor') + 1] if 0 < age < 9999 -%}
                {%- do ages.update({age | int: true}) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(ages | sort) -}}
{%- endmacro %}


{% macro cut_at_birthdays(ages, versions) -%}
    {#
        Versions of contacts, cut at the birthdays of some ages: with `contact_age`, the last of these that was reached, in place of
        birth_date. Null before birth, and where birth_date is missing.
    #}
    {%- set parts = [] -%}
    {%- for age in [none] + ages -%}
        {%- do parts.append([age, ages[loop.index0] if loop.index0 < ages | length else none]) -%}
    {%- endfor -%}
    select *
        from (
            select
                versions.* {{ except_columns(['birth_date', 'valid_from', 'valid_to']) }},
                ages.from_age as contact_age,
                greatest(versions.valid_from, {{ _birthday('versions.birth_date', 'ages.from_age') }}) as valid_from,
                least(versions.valid_to, {{ _birthday('versions.birth_date', 'ages.to_age') }}) as valid_to
            from {{ versions }} as versions
            cross join {{ inline_table(parts, ['from_age', 'to_age'], 'ages') }}
            where ages.from_age is null or {{ _comes('versions.birth_date', 'ages.from_age') }}
        ) as parts
        where valid_to is null or valid_from < valid_to
{%- endmacro %}


{% macro _birthday(birth_date, age) -%}
    {# The first instant of the day on which somebody becomes so old; null if that never comes. #}
    {%- set day = 'cast(' ~ add_duration(birth_date, '12 * ' ~ age, '0') ~ ' as date)' -%}
    {{- return(
        'case when ' ~ _comes(birth_date, age) ~ ' then ' ~ first_instant(day, var('time_zone', 'UTC')) ~ ' end'
    ) -}}
{%- endmacro %}


{% macro _comes(birth_date, age) -%}
    {# Not of who is born in 9999, as tools write what they don't know: what delays and decay add to it must stay within years that can be read. #}
    {{- return('extract(year from ' ~ birth_date ~ ') + ' ~ age ~ ' < 3000') -}}
{%- endmacro %}


{% macro age_at_as_of(birth_date) -%}
    {# The age at as_of, as SQL. Months and days as one number, 101 to 1231, tell whose birthday was this year. #}
    {%- set today = _day_in_zone(as_of_instant()) -%}
    {%- set is_last_of_february = (today.month, (today + modules.datetime.timedelta(days=1)).month) == (2, 3) -%}
    {%- set reached = 229 if is_last_of_february else today.month * 100 + today.day -%}
    {%- set day = 'extract(month from ' ~ birth_date ~ ') * 100 + extract(day from ' ~ birth_date ~ ')' -%}
    case
            when {{ birth_date }} <= date '{{ today }}'
                then {{ today.year }} - extract(year from {{ birth_date }}) - case when {{ day }} > {{ reached }} then 1 else 0 end
        end
{%- endmacro %}
