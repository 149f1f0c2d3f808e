-- The additive counts of the statistics against the distinct counts of the lines they come from.
with counted as (
    select
        source_system,
        sum(category_events) as category_events,
        sum(total_events) as total_events
    from {{ ref('seizure_statistics') }}
    where not is_published_sum
    group by source_system
),

distinct_in_category as (
    select distinct
        source_system,
        seizure_id,
        category_code
    from {{ ref('fct_seizure_lines') }}
    where is_standing
),

expected as (
    select
        source_system,
        count(*) as category_events,
        count(distinct seizure_id) as total_events
    from distinct_in_category
    group by source_system
)

select
    expected.source_system,
    expected.category_events as category_events_expected,
    counted.category_events,
    expected.total_events as total_events_expected,
    counted.total_events
from expected
left join counted
    on expected.source_system = counted.source_system
where
    expected.category_events is distinct from counted.category_events
    or expected.total_events is distinct from counted.total_events
