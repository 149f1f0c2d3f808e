-- Sums of the random draw by period and scope. An inspected draw stands for 1/pi declarations, times
-- drawn/inspected of its stratum; strata where none was inspected are spoken for by the rest of the scope.
with counted as (
    select
        *,
        sum(drawn) over stratum as stratum_drawn,
        sum(inspected) over stratum as stratum_inspected
    from {{ ref('int_random_draws_counted') }}
    window stratum as (partition by source_system, quarter_on, office_code, regime, channel_before)
),

stratified as (
    select
        *,
        cast(drawn as double) / cast(random_probability as double) as drawn_for,
        case
            when stratum_inspected > 0
                then stratum_drawn / cast(stratum_inspected as double) / cast(random_probability as double)
        end as weight
    from counted
),

scopes (period_grain, scope_type) as (
    values ('quarter', 'all'), ('year', 'all'), ('year', 'office'), ('year', 'regime')
),

scoped as (
    select
        stratified.*,
        scopes.period_grain,
        {{ period_start('scopes.period_grain', 'stratified.quarter_on') }} as period_start,
        scopes.scope_type,
        case scopes.scope_type
            when 'office' then stratified.office_code
            when 'regime' then stratified.regime
            else 'all'
        end as scope_value
    from stratified
    cross join scopes
    where scopes.scope_type <> 'regime' or stratified.regime is not null
),

-- Never below 1: what was reached is a part of what was drawn.
spread as (
    select
        *,
        weight * sum(drawn_for) over scope
        / nullif(sum(case when stratum_inspected > 0 then drawn_for end) over scope, 0) as full_weight
    from scoped
    window scope as (partition by source_system, period_grain, period_start, scope_type, scope_value)
)

select
    source_system,
    period_grain,
    period_start,
    scope_type,
    scope_value,
    cast(sum(frame_declarations) as bigint) as frame_declarations,
    cast(sum(drawn) as bigint) as drawn,
    cast(sum(inspected) as bigint) as inspected,
    cast(sum(hits) as bigint) as hits,
    cast(sum(formal_hits) as bigint) as formal_hits,
    cast(sum(found) as bigint) as found,
    cast(sum(uninspected_outside) as bigint) as uninspected_outside,
    coalesce(sum(hits * full_weight), 0) as weighted_hits,
    coalesce(sum(hits * full_weight * (full_weight - 1)), 0) as variance,
    sum(frame_declarations * full_weight)
    / nullif(sum(case when full_weight is not null then frame_declarations end), 0) as mean_weight
from spread
group by source_system, period_grain, period_start, scope_type, scope_value
