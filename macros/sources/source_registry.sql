{% macro source_registry() -%}
    {#
        The vendors that var `sources` may name: the models that make contacts, events and transactions of a vendor's tables. A vendor's
        tables, with the columns that are read of them, stand in its `_<vendor>__sources.yml`.
    #}
    {{- return({
        'hubspot': {
            'contacts': ['stg_hubspot__contacts'],
            'events': [
                'stg_hubspot__email_events', 'stg_hubspot__engagements', 'stg_hubspot__form_submissions', 'stg_hubspot__list_changes',
            ],
        },
        'klaviyo': {'contacts': ['stg_klaviyo__contacts'], 'events': ['stg_klaviyo__events']},
        'mailchimp': {
            'contacts': ['stg_mailchimp__contacts'],
            'events': ['stg_mailchimp__email_events', 'stg_mailchimp__list_changes'],
        },
        'marketo': {'contacts': ['stg_marketo__contacts'], 'events': ['stg_marketo__activities']},
        'mautic': {
            'contacts': ['stg_mautic__contacts'],
            'events': ['stg_mautic__email_events', 'stg_mautic__list_changes', 'stg_mautic__site_events'],
        },
        'rudderstack': {'contacts': ['stg_rudderstack__contacts'], 'events': ['stg_rudderstack__events']},
        'salesforce': {
            'contacts': ['stg_salesforce__contacts'],
            'events': ['stg_salesforce__activities', 'stg_salesforce__campaign_responses', 'stg_salesforce__emails'],
            'transactions': ['stg_salesforce__transactions'],
        },
        'segment': {'contacts': ['stg_segment__contacts'], 'events': ['stg_segment__events']},
        'shopify': {
            'contacts': ['stg_shopify__contacts'],
            'events': ['stg_shopify__consent_changes', 'stg_shopify__checkouts'],
            'transactions': ['stg_shopify__transactions'],
        },
        'snowplow': {'events': ['stg_snowplow__events']},
    }) -}}
{%- endmacro %}


{% macro source_models(table) -%}
    {# The models whose rows are read beside those of a raw table, as var `sources` says. #}
    {%- set models, read = [], read_sources() -%}
    {%- for vendor, tables in source_registry().items() if vendor in read or vendor ~ '.' ~ table in read -%}
        {%- do models.extend(tables.get(table, [])) -%}
    {%- endfor -%}
    {{- return(models) -}}
{%- endmacro %}


{% macro read_sources() -%}
    {#
        What var `sources` names, a list or a text split at commas: vendors (`hubspot`), or what is read of one alone (`segment.events`).
        Nothing in unit tests: they say what comes in.
    #}
    {%- set given = (var('sources', none) or []) if model.resource_type != 'unit_test' else [] -%}
    {%- set named = (given.split(',') if given is string else given) | map('trim') | select | list -%}
    {%- if not named -%}
        {{- return([]) -}}
    {%- endif -%}
    {%- set allowed = [] -%}
    {%- for vendor, tables in source_registry().items() -%}
        {%- do allowed.append(vendor) -%}
        {%- for table in tables -%}
            {%- do allowed.append(vendor ~ '.' ~ table) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set unknown = named | reject('in', allowed) | list -%}
    {%- if unknown -%}
        {{- exceptions.raise_compiler_error(
            "var sources: '" ~ (unknown | join("', '")) ~ "' is unknown; allowed: " ~ (allowed | join(', '))
        ) -}}
    {%- endif -%}
    {{- return(named) -}}
{%- endmacro %}


{% macro is_source_read(name=none) -%}
    {# Whether var `sources` calls for a model; without a name: for any. #}
    {%- set models = source_models('contacts') + source_models('events') + source_models('transactions') -%}
    {{- return(name in models if name else models | length > 0) -}}
{%- endmacro %}


{% macro tables_with_source_rows() -%}
    {# The raw tables beside which rows of vendors are read. #}
    {%- set tables = [] -%}
    {%- for table in raw_registry() if source_models(table) -%}
        {%- do tables.append(table) -%}
    {%- endfor -%}
    {{- return(tables) -}}
{%- endmacro %}


{% macro source_vendors() -%}
    {# The vendors of whose tables something is read. #}
    {%- set vendors, read = [], read_sources() -%}
    {%- for vendor in source_registry() if read | select('in', [vendor, vendor ~ '.contacts', vendor ~ '.events', vendor ~ '.transactions']) | list -%}
        {%- do vendors.append(vendor) -%}
    {%- endfor -%}
    {{- return(vendors) -}}
{%- endmacro %}


{% macro consent_unless_opted_out(vendor) -%}
    {#
        SQL of the consent to mail of who hasn't opted out, where a vendor tells no more: true if var `consent_unless_opted_out` names the
        vendor, else not known.
    #}
    {{- 'true' if vendor in (var('consent_unless_opted_out', none) or []) else 'cast(null as boolean)' -}}
{%- endmacro %}
