-- The export is text throughout; the types are given here, never guessed.
select
    episode_id,
    podcast_id,
    podcast,
    title,
    host,
    language,
    cast(seconds as integer) as seconds,
    cast(released_at as timestamp) as released_at
from {{ source('podcast_studio', 'episodes') }}
