-- Hits that the inspections of an office would have had at the rates of all offices together, in the same channel,
-- regime, mode of transport and HS section.
with inspected as (
    select
        declarations.source_system,
        periods.period_grain,
        periods.period_start,
        declarations.office_code,
        declarations.regime,
        declarations.channel_final as channel,
        avg(cast(declarations.is_hit as integer)) over (
            partition by
                declarations.source_system,
                periods.period_grain,
                periods.period_start,
                declarations.channel_final,
                declarations.regime,
                declarations.transport_mode,
                chapters.section_code
        ) as standard_rate
    from {{ ref('fct_declarations') }} as declarations
    inner join {{ ref('int_performance_periods') }} as periods
        on declarations.source_system = periods.source_system
        and declarations.accepted_on between periods.period_start and periods.period_end
    left join {{ ref('hs_chapters') }} as chapters
        on declarations.chapter_code = chapters.chapter_code
    where
        declarations.was_inspected
        and not declarations.is_invalidated
)

select
    source_system,
    period_grain,
    period_start,
    office_code,
    regime,
    channel,
    sum(standard_rate) as standard_hits
from inspected
group by source_system, period_grain, period_start, office_code, regime, channel
