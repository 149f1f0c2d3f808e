-- How often trusted traders are inspected by choice, against how often others with the same mix of goods, modes and
-- regimes are. What was drawn at random, or filled up by hand, is no choice.
with declarations as (
    select
        counted.source_system,
        counted.accepted_on as counted_on,
        counted.regime,
        counted.transport_mode,
        chapters.section_code,
        authorised.is_aeo,
        counted.was_inspected
        and coalesce(facts.primary_selection_reason, '') not in ('random', 'random_top_up') as is_inspected
    from {{ ref('int_declarations_counted') }} as counted
    inner join {{ ref('int_declarations_authorised') }} as authorised
        on counted.source_system = authorised.source_system
        and counted.declaration_id = authorised.declaration_id
    inner join {{ ref('fct_declarations') }} as facts
        on counted.source_system = facts.source_system
        and counted.declaration_id = facts.declaration_id
    left join {{ ref('hs_chapters') }} as chapters
        on facts.chapter_code = chapters.chapter_code
    where counted.was_inspected is not null
),

strata as (
    select
        declarations.source_system,
        grains.period_grain,
        {{ period_start('grains.period_grain', 'declarations.counted_on') }} as period_start,
        declarations.regime,
        declarations.transport_mode,
        declarations.section_code,
        count(*) filter (where declarations.is_aeo) as aeo_declarations,
        count(*) filter (where declarations.is_aeo and declarations.is_inspected) as aeo_inspected,
        cast(count(*) filter (where not declarations.is_aeo) as double) as others,
        count(*) filter (where not declarations.is_aeo and declarations.is_inspected) / nullif(others, 0) as others_rate
    from declarations
    cross join {{ kpi_grains() }} as grains
    group by
        declarations.source_system, grains.period_grain, period_start, declarations.regime, declarations.transport_mode,
        declarations.section_code
),

-- Goods that only one of the two declares compare nothing.
summed as (
    select
        source_system,
        period_grain,
        period_start,
        cast(sum(aeo_inspected) as double) as observed,
        sum(aeo_declarations * others_rate) as expected,
        sum(aeo_declarations * aeo_declarations * others_rate * (1 - others_rate) / others) as expected_variance
    from strata
    where
        aeo_declarations > 0
        and others > 0
    group by source_system, period_grain, period_start
),

estimated as (
    select
        *,
        'all' as scope_type,
        'all' as scope_value,
        observed as numerator,
        expected as denominator,
        observed / nullif(expected, 0) as value,
        {{ ratio_lower('observed', 'expected', 'expected_variance') }} as lower,
        {{ ratio_upper('observed', 'expected', 'expected_variance') }} as upper,
        case when expected = 0 then 'No other trader with such goods was inspected by choice' end as reason
    from summed
)

{{ kpi_estimate('FAC07', ['all']) }}
