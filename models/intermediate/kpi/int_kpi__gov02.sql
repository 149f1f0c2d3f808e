-- Whether the law allows each type of control that was used in the months up to the end of the period. One that
-- nobody registered cites nothing.
with look_back as (
    select {{ kpi_parameter('GOV02', 'look_back_months') }} as months
),

uses as (
    select distinct
        source_system,
        control_type_code,
        {{ first_of('month', 'coalesce(ordered_on, result_on)') }} as month_on
    from {{ ref('fct_inspections') }}
    where control_type_code is not null
),

in_use as (
    select distinct
        periods.source_system,
        periods.period_start,
        periods.period_grain,
        uses.control_type_code
    from {{ ref('int_kpi_periods') }} as periods
    cross join look_back
    inner join uses
        on periods.source_system = uses.source_system
        and uses.month_on <= least(periods.period_end, periods.as_of_on)
        and {{ months_later('uses.month_on', 'look_back.months') }} > least(periods.period_end, periods.as_of_on)
),

summed as (
    select
        in_use.source_system,
        in_use.period_start,
        in_use.period_grain,
        'all' as scope_type,
        'all' as scope_value,
        cast(count(known.legal_basis_code) as double) as numerator,
        cast(count(*) as double) as denominator
    from in_use
    left join {{ ref('control_types') }} as known
        on in_use.source_system = known.source_system
        and in_use.control_type_code = known.control_type_code
    group by in_use.source_system, in_use.period_start, in_use.period_grain
)

{{ kpi_proportion_of_sums('GOV02') }}
