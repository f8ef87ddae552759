with account as (

    select "accountUri" as uri, upper("Country") as country
    from {{ source('accounts', 'account') }}

)

select
    heard.event_id as play_id,
    heard.account_uri,
    account.country,
    heard.seconds
from {{ ref('heard') }} as heard
join account on account.uri = heard.account_uri
