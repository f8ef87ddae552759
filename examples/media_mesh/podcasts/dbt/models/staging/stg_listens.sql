-- The apps know a listener by e-mail address. No address leaves this model: only its hash does, over
-- the address with its ASCII letters folded, so that it is the same however the address was typed.
select
    listen_id,
    sha256(
        translate(trim(email), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')
    ) as email_sha256,
    episode_id,
    started_at,
    seconds
from {{ source('podcast_player', 'listens') }}
