-- From which day on items are judged anew: the first of which something else is known than in the last build. After one
-- in full that is the first of all; a source of which nothing else is known waits for a day that never comes.
select
    source_system,
    coalesce(min(case when is_changed then known_on end), cast('9999-12-31' as date)) as from_on
from {{ ref('int_days_known') }}
group by source_system
