select country, sum(seconds) as total_seconds from {{ ref('plays') }} group by 1
