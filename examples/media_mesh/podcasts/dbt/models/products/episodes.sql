select
    episode_id,
    podcast_id,
    podcast,
    title,
    host,
    language,
    seconds,
    released_at
from {{ ref('stg_episodes') }}
where released_at is not null
order by episode_id
