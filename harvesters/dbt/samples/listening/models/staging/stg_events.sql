select
    "eventId" as event_id,
    "accountUri" as account_uri,
    track,
    seconds,
    heard_at
from {{ source('player', 'events') }}
