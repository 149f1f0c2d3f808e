-- Partner exports against our imports by quarter, over the months that can be compared. A gap above zero was sent
-- and not declared here, or not at its value; one below zero was declared here and not reported there.
with cells as (
    select * from {{ ref('int_mirror_cells') }}
),

sources as (
    select * from {{ ref('dim_source') }}
),

at_levels as (
    select
        *,
        'chapter' as hs_level,
        chapter_code as hs_code
    from cells
    union all
    select
        *,
        'heading' as hs_level,
        heading_code as hs_code
    from cells
),

summed as (
    select
        source_system,
        {{ first_of('quarter', 'month_on') }} as quarter_on,
        hs_level,
        hs_code,
        country_dispatch,
        count(distinct case when reason is null then month_on end) as months_compared,
        count(distinct case when reason is not null then month_on end) as months_left_out,
        max(reason) as reason_left_out,
        round(sum(case when reason is null then expected_value_national end), 6) as expected_value_national,
        round(sum(case when reason is null then cast(import_value_national as double) end), 6) as import_value_national,
        round(sum(case when reason is null then cast(expected_mass_kg as double) end), 6) as expected_mass_kg,
        round(sum(case when reason is null then cast(import_mass_kg as double) end), 6) as import_mass_kg
    from at_levels
    group by source_system, {{ first_of('quarter', 'month_on') }}, hs_level, hs_code, country_dispatch
)

select
    summed.source_system,
    summed.quarter_on,
    summed.hs_level,
    summed.hs_code,
    chapters.chapter_name,
    summed.country_dispatch,
    countries.country_name as country_dispatch_name,
    cast(summed.months_compared as integer) as months_compared,
    cast(summed.months_left_out as integer) as months_left_out,
    summed.reason_left_out,
    sources.currency as currency_national,
    summed.expected_value_national,
    summed.import_value_national,
    round(summed.expected_value_national - summed.import_value_national, 6) as gap_value_national,
    case
        when summed.months_compared > 0
            then round(greatest(summed.expected_value_national - summed.import_value_national, 0), 6)
    end as missing_value_national,
    case
        when summed.months_compared > 0
            then round(greatest(summed.import_value_national - summed.expected_value_national, 0), 6)
    end as surplus_value_national,
    round(
        100 * (summed.expected_value_national - summed.import_value_national)
        / nullif(summed.expected_value_national, 0), 6
    ) as gap_percent,
    round(ln(nullif(summed.expected_value_national, 0) / nullif(summed.import_value_national, 0)), 6)
        as value_log_ratio,
    summed.expected_mass_kg,
    summed.import_mass_kg,
    round(summed.expected_mass_kg - summed.import_mass_kg, 6) as gap_mass_kg,
    round(ln(nullif(summed.expected_mass_kg, 0) / nullif(summed.import_mass_kg, 0)), 6) as mass_log_ratio,
    case
        when summed.months_compared > 0
            then row_number() over (
                partition by summed.source_system, summed.quarter_on, summed.hs_level
                order by
                    summed.expected_value_national - summed.import_value_national desc nulls last,
                    summed.hs_code asc,
                    summed.country_dispatch asc
            )
    end as gap_rank,
    case
        when summed.months_compared = 0 then summed.reason_left_out
        when summed.expected_value_national = 0 then 'The partner reports none of these goods'
        when summed.import_value_national = 0 then 'We imported none of these goods'
    end as reason
from summed
inner join sources
    on summed.source_system = sources.source_system
left join {{ ref('hs_chapters') }} as chapters
    on left(summed.hs_code, 2) = chapters.chapter_code
left join {{ ref('dim_country') }} as countries
    on summed.country_dispatch = countries.country_code
