{% macro merged_by_address(contacts) -%}
    {#
        Of each address that not too many have (vars `merge_by` and `merge_limit`): its holders whom the first one gets, with the key of that
        one, as a query. `contacts`: a relation of all that have arrived, with address, created_at, is_deleted and merged_into. Who points to
        somebody itself isn't got, but may be the first; somebody deleted is only where all are.
    #}
    select
        contact_key,
        contact_id,
        first_key,
        is_deleted,
        created_at
    from (
        select
            holders.*,
            first_value(holders.contact_key) over (
                partition by holders.address
                order by holders.is_deleted, holders.created_at, holders.contact_id
            ) as first_key
        from {{ contacts }} as holders
        inner join ({{ shared_addresses(contacts) }}) as shared on holders.address = shared.address
        where shared.contacts <= {{ merge_limit() }}
    ) as holders
    where merged_into is null and contact_key != first_key
{%- endmacro %}


{% macro shared_addresses(contacts, more_than=1) -%}
    {#
        The addresses that more than so many of some contacts have, and how many do, as a query. Whether it can be one is asked last: alone,
        an engine would ask it of every contact before it counts.
    #}
    select
        address,
        count(*) as contacts
    from {{ contacts }} as contacts
    where address is not null
    group by address
    having case when count(*) > {{ more_than }} then {{ can_be_address('address') }} else false end
{%- endmacro %}


{% macro addresses_of_too_many(versions) -%}
    {# The addresses that merge nobody, as rejected_row_contents tells: with the contact that is the first. `versions`: int_contact_versions. #}
    {%- set held -%}
        (select {{ email_address('email') }} as address from {{ versions }} where is_current)
    {%- endset -%}
    select
        'contacts' as source_table,
        contact_id as row_key,
        'email is that of ' || cast(contacts as {{ dbt.type_string() }})
        || ' contacts, more than var merge_limit ({{ merge_limit() }}): it merges nobody' as reason,
        {{ row_json(['contact_id', 'email', 'created_at'], 'holders') }} as row_json,
        {{ row_json(['contact_id', 'created_at'], 'holders') }} as published_json,
        loaded_at
    from (
        select
            versions.*,
            shared.contacts,
            row_number() over (
                partition by shared.address
                order by
                    coalesce(versions.deleted_at <= {{ as_of() }}, false),
                    versions.contact_created_at,
                    versions.contact_id
            ) as place
        from {{ versions }} as versions
        inner join ({{ shared_addresses(held, more_than=merge_limit()) }}) as shared
            on {{ email_address('versions.email') }} = shared.address
        where versions.is_current
    ) as holders
    where place = 1
{%- endmacro %}


{% macro first_of_rounds(walks, addressed) -%}
    {#
        Of each round of pointers: everybody if no address closes it, which is a loop; else the first of those whom addresses merge, who is
        the survivor. As a query. `walks`: from each contact along the pointers; `addressed`: whom addresses merge.
    #}
    select
        contact_key,
        is_loop
    from (
        select
            walks.contact_key,
            count(addressed.contact_key) over (partition by walks.lowest_key) = 0 as is_loop,
            row_number() over (
                partition by walks.lowest_key
                order by
                    case when addressed.contact_key is null then 1 else 0 end,
                    addressed.is_deleted,
                    addressed.created_at,
                    addressed.contact_id
            ) as place
        from {{ walks }} as walks
        left join {{ addressed }} as addressed on walks.contact_key = addressed.contact_key
        where walks.reached = walks.contact_key
    ) as rounds
    where is_loop or place = 1
{%- endmacro %}
