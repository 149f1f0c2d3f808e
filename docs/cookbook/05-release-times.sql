-- Question: How long do goods wait for release, in the middle and at the slow end?
-- Level: simple
-- Teaches: Percentiles instead of averages: a few long cases would hide the usual one.
select
    source_system,
    regime,
    channel_final as channel,
    count(release_hours) as released,
    round(median(release_hours), 2) as median_hours,
    round(quantile_cont(release_hours, 0.9), 2) as hours_of_the_slowest_tenth
from fct_declarations
where not is_invalidated and channel_final is not null
group by all
order by source_system, regime, median_hours
