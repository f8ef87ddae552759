-- One row for each listener and month. Listeners whose address is tied to no user are left out.
with listeners as (
    select
        emails.user_id,
        cast(date_trunc('month', listens.listened_at) as date) as month,
        count(*) as listens,
        count(distinct listens.podcast_id) as podcasts,
        sum(listens.seconds) as seconds
    from {{ ref('listens') }} as listens
    inner join {{ source('users', 'emails') }} as emails
        on listens.email_sha256 = emails.email_sha256
    group by emails.user_id, cast(date_trunc('month', listens.listened_at) as date)
)

select
    listeners.user_id,
    listeners.month,
    profiles.country,
    profiles.subscription,
    case
        when date_sub('year', profiles.birth_date, listeners.month) < 18 then 'under 18'
        when date_sub('year', profiles.birth_date, listeners.month) < 25 then '18 to 24'
        when date_sub('year', profiles.birth_date, listeners.month) < 35 then '25 to 34'
        when date_sub('year', profiles.birth_date, listeners.month) < 50 then '35 to 49'
        when date_sub('year', profiles.birth_date, listeners.month) < 65 then '50 to 64'
        else '65 and over'
    end as age_band,
    cast(listeners.listens as integer) as listens,
    cast(listeners.podcasts as integer) as podcasts,
    cast(listeners.seconds as integer) as seconds
from listeners
inner join {{ source('users', 'profiles') }} as profiles
    on listeners.user_id = profiles.user_id
order by listeners.user_id, listeners.month
