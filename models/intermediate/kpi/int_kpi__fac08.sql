-- How long trusted traders wait for release, against how long others with the same mix of goods, modes and regimes do:
-- the others are weighted to that mix, and both medians are those of the weighted cases.
with declarations as (
    select
        counted.source_system,
        counted.released_on as counted_on,
        counted.regime,
        counted.transport_mode,
        chapters.section_code,
        authorised.is_aeo,
        greatest(
            {{ hours_between('greatest(counted.accepted_at, coalesce(counted.arrived_at, counted.accepted_at))',
                             'counted.released_at') }}, 0
        ) as release_hours
    from {{ ref('int_declarations_counted') }} as counted
    inner join {{ ref('int_declarations_authorised') }} as authorised
        on counted.source_system = authorised.source_system
        and counted.declaration_id = authorised.declaration_id
    inner join {{ ref('fct_declarations') }} as facts
        on counted.source_system = facts.source_system
        and counted.declaration_id = facts.declaration_id
    left join {{ ref('hs_chapters') }} as chapters
        on facts.chapter_code = chapters.chapter_code
    where counted.released_at is not null
),

in_periods as (
    select
        declarations.*,
        grains.period_grain,
        {{ period_start('grains.period_grain', 'declarations.counted_on') }} as period_start
    from declarations
    cross join {{ kpi_grains() }} as grains
),

strata as (
    select
        source_system,
        period_grain,
        period_start,
        regime,
        transport_mode,
        section_code,
        count(*) filter (where is_aeo) as trusted,
        count(*) filter (where not is_aeo) as others
    from in_periods
    group by source_system, period_grain, period_start, regime, transport_mode, section_code
),

-- Goods that only one of the two declares compare nothing.
weighted as (
    select
        in_periods.source_system,
        in_periods.period_grain,
        in_periods.period_start,
        in_periods.is_aeo,
        in_periods.release_hours,
        strata.trusted
        / cast(case when in_periods.is_aeo then strata.trusted else strata.others end as double) as weight
    from in_periods
    inner join strata
        on in_periods.source_system = strata.source_system
        and in_periods.period_grain = strata.period_grain
        and in_periods.period_start = strata.period_start
        and in_periods.regime is not distinct from strata.regime
        and in_periods.transport_mode is not distinct from strata.transport_mode
        and in_periods.section_code is not distinct from strata.section_code
    where
        strata.trusted > 0
        and strata.others > 0
),

placed as (
    select
        *,
        round(sum(weight) over (
            partition by source_system, period_grain, period_start, is_aeo order by release_hours
        ), 6) as weight_so_far,
        round(sum(weight) over (partition by source_system, period_grain, period_start, is_aeo) / 2, 6) as half
    from weighted
),

estimated as (
    select
        source_system,
        period_grain,
        period_start,
        'all' as scope_type,
        'all' as scope_value,
        min(case when is_aeo and weight_so_far >= half then release_hours end) as numerator,
        min(case when not is_aeo and weight_so_far >= half then release_hours end) as denominator,
        numerator / nullif(denominator, 0) as value,
        cast(null as double) as lower,
        cast(null as double) as upper,
        case when denominator = 0 then 'Half of the others did not wait at all' end as reason
    from placed
    group by source_system, period_grain, period_start
)

{{ kpi_estimate('FAC08', ['all']) }}
