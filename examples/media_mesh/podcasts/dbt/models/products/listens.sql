select
    listens.listen_id,
    listens.email_sha256,
    listens.episode_id,
    episodes.podcast_id,
    listens.started_at as listened_at,
    listens.seconds
from {{ ref('stg_listens') }} as listens
inner join {{ ref('episodes') }} as episodes on listens.episode_id = episodes.episode_id
order by listens.listen_id
