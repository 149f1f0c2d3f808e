with declarations as (
    select * from {{ ref('fct_declarations') }}
    where not is_invalidated
),

sources_with_channels as (
    select distinct source_system from declarations
    where channel_final is not null
),

sources_with_selection as (
    select distinct source_system from {{ ref('fct_selection_events') }}
),

moved_by_officers as (
    select
        events.source_system,
        events.declaration_id,
        bool_or(channel_after.strictness > channel_before.strictness) as is_upgraded,
        bool_or(events.is_downgrade) as is_downgraded
    from {{ ref('fct_selection_events') }} as events
    left join {{ ref('channels') }} as channel_before
        on events.channel_before = channel_before.channel
    left join {{ ref('channels') }} as channel_after
        on events.channel_after = channel_after.channel
    where events.reason = 'officer'
    group by events.source_system, events.declaration_id
),

summed as (
    select
        declarations.source_system,
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        declarations.office_code,
        declarations.office_name,
        declarations.regime,
        declarations.channel_final as channel,
        declarations.currency_national,
        count(*) as declarations,
        case when count(declarations.was_inspected) > 0 then count(*) filter (where declarations.was_inspected) end
            as inspected,
        case when count(declarations.was_inspected) > 0 then count(*) filter (where declarations.is_hit) end as hits,
        case
            when count(declarations.was_inspected) > 0
                then count(*) filter (where declarations.has_formal_offence and not declarations.is_hit)
        end as formal_hits,
        case when count(selecting.source_system) > 0 then count(*) filter (where moved.is_upgraded) end as upgraded,
        case when count(selecting.source_system) > 0 then count(*) filter (where moved.is_downgraded) end as downgraded,
        {{ middle_of('declarations.release_hours') }} as median_release_hours,
        sum(declarations.additional_duty_national) as additional_duty_national
    from declarations
    inner join sources_with_channels
        on declarations.source_system = sources_with_channels.source_system
    inner join {{ ref('int_performance_periods') }} as periods
        on declarations.source_system = periods.source_system
        and declarations.accepted_on between periods.period_start and periods.period_end
    left join sources_with_selection as selecting
        on declarations.source_system = selecting.source_system
    left join moved_by_officers as moved
        on declarations.source_system = moved.source_system
        and declarations.declaration_id = moved.declaration_id
    group by
        declarations.source_system,
        periods.period_grain,
        periods.period_start,
        periods.period_end,
        declarations.office_code,
        declarations.office_name,
        declarations.regime,
        declarations.channel_final,
        declarations.currency_national
)

select
    summed.source_system,
    summed.period_grain,
    summed.period_start,
    summed.period_end,
    summed.office_code,
    summed.office_name,
    summed.regime,
    summed.channel,
    summed.declarations,
    round(summed.declarations / cast(sum(summed.declarations) over (
        partition by summed.source_system, summed.period_grain, summed.period_start, summed.office_code, summed.regime
    ) as double), 6) as share,
    summed.inspected,
    summed.hits,
    summed.formal_hits,
    round(summed.hits / cast(nullif(summed.inspected, 0) as double), 6) as hit_rate,
    round({{ wilson_lower('summed.hits', 'summed.inspected') }}, 6) as hit_rate_lower,
    round({{ wilson_upper('summed.hits', 'summed.inspected') }}, 6) as hit_rate_upper,
    round(expected.standard_hits, 6) as standard_hits,
    round(summed.hits / nullif(expected.standard_hits, 0), 6) as standard_ratio,
    round({{ count_lower('summed.hits') }} / nullif(expected.standard_hits, 0), 6) as standard_ratio_lower,
    round({{ count_upper('summed.hits') }} / nullif(expected.standard_hits, 0), 6) as standard_ratio_upper,
    summed.upgraded,
    summed.downgraded,
    round(summed.median_release_hours, 6) as median_release_hours,
    cast(summed.additional_duty_national as decimal(18, 2)) as additional_duty_national,
    summed.currency_national
from summed
left join {{ ref('int_declarations_by_channel_expected') }} as expected
    on summed.source_system = expected.source_system
    and summed.period_grain = expected.period_grain
    and summed.period_start = expected.period_start
    and summed.office_code = expected.office_code
    and summed.regime = expected.regime
    and summed.channel = expected.channel
