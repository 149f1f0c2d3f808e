-- What partners sent and nobody declared here, of what they sent. Gaps are taken within the period, so that goods on
-- their way over the end of a month are no gap of the quarter; a surplus elsewhere does not make up for one.
with counted as (
    select
        source_system,
        month_on as counted_on,
        chapter_code,
        country_dispatch,
        case when reason is null then expected_value_national end as expected_value,
        case when reason is null then cast(import_value_national as double) end as import_value
    from {{ ref('int_mirror_cells') }}
)

{{- spread_over_periods('counted', ['all'], {'cells': 'count(*)'}) }},

of_flows as (
    select
        source_system,
        period_start,
        period_grain,
        scope_type,
        scope_value,
        sum(expected_value) as expected_value,
        sum(expected_value) - sum(import_value) as gap
    from in_periods
    group by source_system, period_start, period_grain, scope_type, scope_value, chapter_code, country_dispatch
),

compared as (
    select
        source_system,
        period_start,
        period_grain,
        scope_type,
        scope_value,
        sum(case when gap is not null then greatest(gap, 0) end) as numerator,
        sum(expected_value) as denominator
    from of_flows
    group by source_system, period_start, period_grain, scope_type, scope_value
),

estimated as (
    select
        *,
        100 * numerator / nullif(denominator, 0) as value,
        null as lower,
        null as upper,
        case when coalesce(denominator, 0) = 0 then 'No partner has reported exports that can be compared' end as reason
    from compared
)

{{ kpi_estimate('REV04') }}
