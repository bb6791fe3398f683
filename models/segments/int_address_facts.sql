{{- config(materialized="incremental", schema="store", incremental_strategy="run_contacts") -}}

-- What speaks for and against mailing an address, by the contact of whom it is known (contract 9, email_status). Who shares the
-- address needn't be in the run: int_current_contacts puts together what is known of all.
with versions as (

    select
        versions.contact_key,
        -- One person is a contact with all that are merged into it, deleted or not.
        coalesce(merged.survivor_key, versions.contact_key) as person_key,
        versions.version_number,
        {{ email_address('versions.email') }} as address,
        versions.email_consent,
        lag(coalesce(versions.email_consent, false)) over (
            partition by versions.contact_key order by versions.version_number
        ) as consented_before,
        versions.is_current,
        versions.updated_at,
        versions.valid_from,
        versions.valid_to
    from {{ ref('int_contact_versions') }} as versions
    inner join {{ ref('run_contacts') }} as contacts on versions.contact_key = contacts.contact_key
    left join {{ ref('int_merges') }} as merged on versions.contact_key = merged.contact_key

),

renewals as (

    select
        person_key,
        max(updated_at) as consented_again_at
    from versions
    where email_consent and not consented_before
    group by person_key

),

-- The address that each contact has now, and its latest word on consent: that of the last version that says something.
words as (

    select
        person_key,
        contact_key,
        max(address) filter (where is_current) as address,
        max_by(email_consent, version_number) filter (where email_consent is not null) as consents
    from versions
    group by person_key, contact_key

),

-- With the address that the contact had then.
opt_outs as (

    select
        versions.person_key,
        versions.contact_key,
        versions.address,
        events.is_unsubscription,
        events.is_bounce,
        events.occurred_at
    from {{ ref('int_opt_outs') }} as events
    inner join versions
        on
            events.contact_key = versions.contact_key
            and events.occurred_at >= versions.valid_from
            and (versions.valid_to is null or events.occurred_at < versions.valid_to)

),

facts as (

    -- Who unsubscribes does so for each address that the person had then, and for the person.
    select
        opt_outs.person_key as contact_key,
        versions.address,
        'unsubscribed' as fact
    from opt_outs
    inner join versions
        on
            opt_outs.person_key = versions.person_key
            and opt_outs.occurred_at >= versions.valid_from
            and (versions.valid_to is null or opt_outs.occurred_at < versions.valid_to)
    left join renewals on opt_outs.person_key = renewals.person_key
    where opt_outs.is_unsubscription and coalesce(opt_outs.occurred_at >= renewals.consented_again_at, true)

    union all

    select
        contact_key,
        address,
        'bounced' as fact
    from opt_outs
    where is_bounce

    union all

    -- A merged contact's word holds for the address of whom it is merged into, too.
    select
        words.contact_key,
        holders.address,
        'withdrawn' as fact
    from words
    inner join words as holders on words.person_key = holders.person_key
    where not words.consents and holders.contact_key in (words.contact_key, words.person_key)

    union all

    select
        words.contact_key,
        words.address,
        'consented' as fact
    from words
    inner join {{ ref('int_contacts') }} as people on words.contact_key = people.contact_key
    where words.consents and people.survivor_key = words.contact_key

)

select distinct * from facts
where address is not null or fact = 'unsubscribed'
