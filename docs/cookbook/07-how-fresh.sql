-- Question: How old is the data of each source and entity?
-- Level: simple
-- Teaches: Days count from the source's own reference day, not from today.
select
    source_system,
    entity,
    batch_count,
    latest_event_on,
    as_of,
    days_behind,
    last_loaded_at
from quality_freshness
order by source_system asc, days_behind desc nulls last
