select
    user_id,
    month
from {{ ref('listener_demographics') }}
group by user_id, month
having count(*) > 1
