{{ config(tags=['after_check']) }}

-- How far these figures can be trusted: those whose inputs passed every blocking check, of all figures that come of
-- a case. What no check has looked at has passed none.
with estimated as (
    select
        figures.source_system,
        figures.period_grain,
        figures.period_start,
        'all' as scope_type,
        'all' as scope_value,
        count(*) filter (where inputs.failed_blockers = 0) as numerator,
        count(*) as denominator,
        100.0 * count(*) filter (where inputs.failed_blockers = 0) / count(*) as value,
        null as lower,
        null as upper,
        null as reason
    from {{ ref('int_kpis_measured') }} as figures
    left join {{ ref('int_kpi_inputs_checked') }} as inputs
        on figures.source_system = inputs.source_system
        and figures.kpi_code = inputs.kpi_code
    where figures.value is not null
    group by figures.source_system, figures.period_grain, figures.period_start
)

{{ kpi_estimate('GOV05') }}
