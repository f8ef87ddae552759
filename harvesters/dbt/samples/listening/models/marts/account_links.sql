select distinct md5(account_uri) as account_hash, account_uri from {{ ref('stg_events') }}
