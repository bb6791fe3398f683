{% macro activity_hits(definitions, name, versions, contacts=none) -%}
    {#
        Which of the query's `activities` meets which definition, a row each, the definition's number under `name`. `versions`: the
        relation of contact versions; `contacts`: a relation of the contacts whose versions are needed, none for all.
    #}
    {%- set contact_fields = fields_named(definitions, 'contact') -%}
    {%- set ages = ages_compared(definitions) -%}
    {%- set of_contacts -%}
        select
            {{ field_values(contact_fields, 'versions') -}}
            {% if ages -%}
            versions.birth_date,
            {% endif -%}
            versions.contact_key,
            versions.valid_from,
            versions.valid_to
        from {{ versions }} as versions
        {%- if contacts %}
        inner join {{ contacts }} as contacts on versions.contact_key = contacts.contact_key
        {%- endif %}
    {%- endset -%}
    select
        activities.contact_key,
        activities.activity_key,
        activities.occurred_at,
        {%- for field in fields_carried(definitions) %}
        activities.{{ field.name }},
        {%- endfor %}
        {{ explode_present_in(hits_by_activity(definitions, {
            'activity': 'activities', 'event': 'activities', 'transaction': 'activities', 'contact': 'versions', 'age': 'versions',
        })) }} as {{ name }}
    from activities
    {%- if contact_fields or ages %}
    inner join (
        {{ cut_at_birthdays(ages, '(\n        ' ~ of_contacts ~ '\n        )') if ages else of_contacts }}
    ) as versions
        on
            activities.contact_key = versions.contact_key
            and activities.occurred_at >= versions.valid_from
            and (versions.valid_to is null or activities.occurred_at < versions.valid_to)
    {%- endif %}
{%- endmacro %}
