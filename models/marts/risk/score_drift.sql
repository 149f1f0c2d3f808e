{{ config(tags=['after_score']) }}

-- How far the items of a month, and what the score says of them, have moved from the months before: the population
-- stability index. Its terms need a share in every bin; one that is empty counts as half an item.
with settings as (
    select
        {{ setting_named('drift_months_before') }} as drift_months_before,
        {{ setting_named('drift_watch_from') }} as drift_watch_from,
        {{ setting_named('drift_moved_from') }} as drift_moved_from,
        {{ setting_named('drift_empty_bin') }} as drift_empty_bin
    from {{ ref('learned_score_settings') }}
),

bins as (
    select * from {{ ref('int_drift_binned') }}
),

months as (
    select distinct
        source_system,
        month_on,
        dense_rank() over (partition by source_system order by month_on) - 1 as months_before
    from bins
),

frames as (
    select
        months.source_system,
        months.month_on,
        months.months_before,
        bins.feature,
        bins.bin,
        sum(case when bins.month_on = months.month_on then bins.items else 0 end) as items_now,
        sum(case when bins.month_on < months.month_on then bins.items else 0 end) as items_before
    from months
    inner join bins
        on months.source_system = bins.source_system
        and months.month_on >= bins.month_on
    group by months.source_system, months.month_on, months.months_before, bins.feature, bins.bin
),

shared as (
    select
        frames.source_system,
        frames.feature,
        frames.month_on,
        settings.drift_watch_from,
        settings.drift_moved_from,
        greatest(frames.items_now, settings.drift_empty_bin)
        / sum(frames.items_now) over feature_month as share_now,
        greatest(frames.items_before, settings.drift_empty_bin)
        / sum(frames.items_before) over feature_month as share_before,
        sum(frames.items_now) over feature_month as month_items
    from frames
    cross join settings
    where frames.months_before >= settings.drift_months_before
    window feature_month as (partition by frames.source_system, frames.month_on, frames.feature)
),

measured as (
    select
        source_system,
        feature,
        month_on,
        drift_watch_from,
        drift_moved_from,
        max(month_items) as items,
        sum((share_now - share_before) * ln(share_now / share_before)) as stability_index
    from shared
    group by source_system, feature, month_on, drift_watch_from, drift_moved_from
)

select
    source_system,
    feature,
    month_on,
    feature in ('any_probability', 'security_probability') as is_score,
    case
        when stability_index >= drift_moved_from then 'moved'
        when stability_index >= drift_watch_from then 'watch'
        else 'stable'
    end as verdict,
    cast(items as bigint) as items,
    round(stability_index, 6) as stability_index
from measured
