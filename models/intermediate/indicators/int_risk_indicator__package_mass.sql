{{ config(materialized='table') }}

-- Packages heavier or lighter than those of like goods: something else may be in them, or more of it. A few packages
-- are too rough a measure.
with items as (
    {{ items_due() }}
),

all_items as (
    select * from {{ ref('int_risk_items') }}
),

parameters as (
    {{ indicator_parameters('package_mass', ['beyond_z', 'least_packages', 'least_deviation', 'least_items']) }}
),

months as (
    select distinct
        source_system,
        month_on
    from items
),

reference_masses as (
    select
        months.source_system,
        months.month_on,
        all_items.hs6,
        {{ median_of('all_items.log_package_mass') }} as median_log,
        {{ median_deviation_of('all_items.log_package_mass') }} as deviation_log
    from all_items
    cross join parameters
    inner join months
        on all_items.source_system = months.source_system
        and all_items.month_on < months.month_on
        and all_items.month_on >= {{ months_later('months.month_on', -12) }}
    where all_items.packages >= parameters.least_packages and all_items.log_package_mass is not null
    group by months.source_system, months.month_on, all_items.hs6, parameters.least_items
    having count(*) >= parameters.least_items
),

measured as (
    select
        items.item_key,
        items.packages >= parameters.least_packages
        and items.log_package_mass is not null
        and reference_masses.median_log is not null as is_applicable,
        exp(items.log_package_mass - reference_masses.median_log) as mass_ratio,
        {{ robust_z(
            'items.log_package_mass',
            'reference_masses.median_log',
            'greatest(reference_masses.deviation_log, parameters.least_deviation)'
        ) }} as z,
        parameters.beyond_z
    from items
    cross join parameters
    left join reference_masses
        on items.source_system = reference_masses.source_system
        and items.month_on = reference_masses.month_on
        and items.hs6 = reference_masses.hs6
),

judged as (
    select
        item_key,
        is_applicable,
        abs(z) > beyond_z as is_hit,
        1.0 as score,
        'Mass per package is ' || {{ said('100 * mass_ratio') }} || ' % of the median of like goods' as evidence
    from measured
)

{{ risk_indicator('package_mass') }}
