{{ config(tags=['after_check']) }}

with figures as (
    select * from {{ ref('int_kpi_values_compared') }}
),

kpis as (
    select * from {{ ref('dim_kpi') }}
),

targets as (
    select * from {{ ref('kpi_targets') }}
),

inputs as (
    select * from {{ ref('int_kpi_inputs_checked') }}
),

judged as (
    select
        figures.*,
        coalesce(offices.office_name, channels.channel_name, figures.scope_value) as scope_name,
        kpis.kpi_name,
        kpis.dimension,
        kpis.topic,
        kpis.objective_code,
        kpis.unit,
        kpis.direction,
        targets.target,
        targets.target_upper,
        targets.warning,
        targets.warning_upper,
        {{ kpi_status('figures', 'kpis', 'targets') }} as status,
        {{ days_between('figures.period_end', 'figures.as_of_on') }} < kpis.maturity_days as is_provisional,
        coalesce(inputs.data_state, 'unchecked') as data_state,
        inputs.failed_blockers,
        inputs.failed_warnings
    from figures
    inner join kpis
        on figures.kpi_code = kpis.kpi_code
    left join targets
        on {{ is_target_of('targets', 'figures') }}
    left join {{ ref('dim_office') }} as offices
        on figures.source_system = offices.source_system
        and figures.scope_value = offices.office_code
        and figures.scope_type = 'office'
    left join {{ ref('channels') }} as channels
        on figures.scope_value = channels.channel
        and figures.scope_type = 'channel'
    left join inputs
        on figures.source_system = inputs.source_system
        and figures.kpi_code = inputs.kpi_code
)

select
    source_system,
    kpi_code,
    kpi_version,
    period_grain,
    period_start,
    period_end,
    scope_type,
    scope_value,
    scope_name,
    kpi_name,
    dimension,
    topic,
    objective_code,
    unit,
    direction,
    numerator,
    denominator,
    value,
    lower,
    upper,
    reason,
    cast(target as double) as target,
    cast(target_upper as double) as target_upper,
    cast(warning as double) as warning,
    cast(warning_upper as double) as warning_upper,
    status,
    is_provisional or period_end > as_of_on as is_provisional,
    previous_value,
    round(value - previous_value, 6) as change_on_previous,
    year_before_value,
    round(value - year_before_value, 6) as change_on_year_before,
    data_state,
    failed_blockers,
    failed_warnings
from judged
