{{ config(tags=['after_check']) }}

-- The frame, filled. What no model supplies says why; a count of a source that counts such things is zero, from
-- the first period in which it did.
with frame as (
    select * from {{ ref('int_kpi_frame') }}
),

found as (
    select * from {{ ref('int_kpis_unioned') }}
),

-- What a source has never met in a category may be what it never publishes: that is unknown, not zero.
counted_from as (
    select
        source_system,
        kpi_code,
        period_grain,
        scope_type,
        scope_value,
        min(period_start) as first_on
    from found
    group by source_system, kpi_code, period_grain, scope_type, scope_value
),

kpis as (
    select * from {{ ref('dim_kpi') }}
),

needs as (
    select * from {{ ref('kpi_needs') }}
),

left_out as (
    select * from {{ ref('kpi_grains_left_out') }}
),

joined as (
    select
        frame.*,
        found.numerator,
        found.denominator,
        found.value,
        found.lower,
        found.upper,
        found.reason,
        needs.reason as need,
        left_out.reason as why_left_out,
        found.kpi_code is null
        and kpis.kind = 'count'
        and coalesce(
            case when frame.scope_type = 'category' then own.first_on else whole.first_on end <= frame.period_start,
            false
        ) as is_zero
    from frame
    inner join kpis
        on frame.kpi_code = kpis.kpi_code
    left join needs
        on frame.source_system = needs.source_system
        and frame.kpi_code = needs.kpi_code
    left join left_out
        on frame.kpi_code = left_out.kpi_code
        and frame.scope_type = left_out.scope_type
        and frame.period_grain = left_out.period_grain
    left join found
        on frame.source_system = found.source_system
        and frame.kpi_code = found.kpi_code
        and frame.kpi_version = found.kpi_version
        and frame.period_grain = found.period_grain
        and frame.period_start = found.period_start
        and frame.scope_type = found.scope_type
        and frame.scope_value = found.scope_value
    left join counted_from as own
        on frame.source_system = own.source_system
        and frame.kpi_code = own.kpi_code
        and frame.period_grain = own.period_grain
        and frame.scope_type = own.scope_type
        and frame.scope_value = own.scope_value
    left join counted_from as whole
        on frame.source_system = whole.source_system
        and frame.kpi_code = whole.kpi_code
        and frame.period_grain = whole.period_grain
        and whole.scope_type = 'all'
)

select
    source_system,
    kpi_code,
    kpi_version,
    period_start,
    period_end,
    period_grain,
    scope_type,
    scope_value,
    as_of_on,
    case when is_zero then 0 else {{ settled('numerator') }} end as numerator,
    {{ settled('denominator') }} as denominator,
    case when is_zero then 0 else {{ settled('value') }} end as value,
    {{ settled('lower') }} as lower,
    {{ settled('upper') }} as upper,
    case
        when is_zero or value is not null then null
        when reason is not null then reason
        when not is_supplied or (need is not null and scope_type = 'all')
            then coalesce(need, 'The source has supplied nothing of what this counts')
        else coalesce(why_left_out, 'No case in the period')
    end as reason
from joined
