{% macro ties_by_address() -%}
    {#
        Whom an address ties together (var `merge_by`), as a query: each of those who have it with one of them, as (contact_key, other_key). Of
        whom no version has come it is the address that the last run left, else that of any version. An address that too many have, whoever of
        the others has or had it, merges nobody either way and ties nobody.
    #}
    with renewed_holders as (

        {{ _renewed_holders() }}

    ),

    holders as (

        select
            contact_key,
            address,
            false as is_as_before
        from renewed_holders

        union all

        select
            before.contact_key,
            before.address,
            true as is_as_before
        from ({{ addresses_before() }}) as before
        left join renewed_holders as renewed on before.contact_key = renewed.contact_key
        where renewed.contact_key is null

    ),

    shared as (

        select
            address,
            min(contact_key) as other_key
        from holders
        where address is not null
        group by address
        having count(*) > 1 and count(*) filter (where is_as_before) <= {{ merge_limit() }}

    )

    select
        holders.contact_key,
        shared.other_key
    from holders
    inner join shared on holders.address = shared.address
    where holders.contact_key != shared.other_key
{%- endmacro %}


{% macro addresses_before() -%}
    {#
        The address that each contact had as of the last run, as a query. Read by name, as state is: as a ref, whom a run is about would depend
        on what it makes of them. Unit tests override this macro.
    #}
    {#- While dbt makes unit tests of the project with the var set, there is no `this`. -#}
    {%- set place = {'schema': generate_schema_name('intermediate', none), 'identifier': 'int_contact_versions'} -%}
    select
        contact_key,
        {{ email_address('email') }} as address
    from {{ this.incorporate(path=place) if this else 'int_contact_versions' }}
    where is_current
{%- endmacro %}


{% macro _renewed_holders() -%}
    {#
        Each address that a contact has or had of whom a version has come, as a query. Connectors write over rows: what one said that the last
        run read, or a run that didn't finish, stands beside it.
    #}
    select distinct
        contacts.contact_key,
        {{ email_address('staged.email') }} as address
    from {{ ref('stg_contacts') }} as staged
    inner join (
        select contact_id
        from {{ ref('run_arrivals') }}
        where contact_id is not null

        union

        select contact_id
        from {{ ref('stg_contacts') }}
        where {{ has_come('created_at') }} or {{ has_come('updated_at') }}
    ) as renewed on staged.contact_id = renewed.contact_id
    inner join {{ ref('int_contact_keys') }} as contacts on staged.contact_id = contacts.contact_id
    {%- if source_models('contacts') %}

    union

    select
        contacts.contact_key,
        {{ email_address('landed.email') }} as address
    from {{ ref('run_source_rows') }} as landed
    inner join {{ ref('int_contact_keys') }} as contacts on landed.contact_id = contacts.contact_id
    where landed.source_table = 'contacts'
    {%- endif %}
{%- endmacro %}
