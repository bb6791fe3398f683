{{ config(severity='warn') }}
-- Currencies of lines that count, where nothing converts them: a row each if there are several.
with found as (

    select distinct lower(currency) as currency
    from {{ ref('int_transaction_lines') }}
    where
        {{ 'currency is not null' if currency_var() is none else 'false' }}
        and not is_cancelled
        and occurred_at <= {{ as_of() }}

)

select currency
from found
where (select count(others.currency) from found as others) > 1
