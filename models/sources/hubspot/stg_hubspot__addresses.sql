{{- config(enabled=is_source_read("stg_hubspot__email_events")) -}}

-- Whose an address is: first of all a contact's whose first address it is, and that is there still.
with contacts as (

    {{ landed_rows('hubspot', 'contact') }}

),

held as (

    select
        {{ email_address('property_email') }} as address,
        id as contact_id,
        coalesce(_fivetran_deleted, false) as is_deleted,
        0 as rank
    from contacts

    union all

    select
        {{ email_address('further') }} as address,
        contact_id,
        is_deleted,
        1 as rank
    from (
        select
            {{ explode_split('property_hs_additional_emails', ';') }} as further,
            id as contact_id,
            coalesce(_fivetran_deleted, false) as is_deleted
        from contacts
        where property_hs_additional_emails is not null
    ) as further_ones

),

placed as (

    select
        address,
        contact_id,
        row_number() over (partition by address order by is_deleted, rank, contact_id) as place
    from held
    where address is not null

)

select
    address,
    contact_id
from placed
where place = 1
