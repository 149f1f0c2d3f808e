-- How few countries the seizures come from: the Herfindahl index, which is 1 where all come from one. A seizure
-- that left from several countries counts once in each.
with counted as (
    select distinct
        source_system,
        seized_month_on as counted_on,
        category_code,
        country_departure,
        seizure_id
    from {{ ref('fct_seizure_lines') }}
    where
        is_standing
        and country_departure is not null
),

fewest as (
    select {{ kpi_parameter('SAF24', 'fewest_seizures') }} as seizures
)

{{- spread_over_periods('counted', ['all', 'category'], {'seizures': 'count(distinct seizure_id)'}) }},

of_countries as (
    select
        source_system,
        period_start,
        period_grain,
        scope_type,
        scope_value,
        country_departure,
        cast(count(distinct seizure_id) as double) as seizures
    from in_periods
    where scope_value is not null
    group by source_system, period_start, period_grain, scope_type, scope_value, country_departure
),

squared as (
    select
        source_system,
        period_start,
        period_grain,
        scope_type,
        scope_value,
        sum(seizures * seizures) / sum(seizures) as numerator,
        sum(seizures) as denominator
    from of_countries
    group by source_system, period_start, period_grain, scope_type, scope_value
),

estimated as (
    select
        squared.*,
        case when squared.denominator >= fewest.seizures then squared.numerator / squared.denominator end as value,
        null as lower,
        null as upper,
        case when squared.denominator < fewest.seizures then 'Too few seizures to speak of concentration' end as reason
    from squared
    cross join fewest
)

{{ kpi_estimate('SAF24', ['all', 'category']) }}
