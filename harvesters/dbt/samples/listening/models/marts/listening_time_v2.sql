select country, sum(seconds) as total_seconds, count(*) as "Plays" from {{ ref('plays') }} group by 1
