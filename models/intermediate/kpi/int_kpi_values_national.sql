{{ config(tags=['after_check']) }}

-- Quarters and years that are over and all in the data, of the whole service and of its parts, offices apart: the
-- latest of them, how far each is from its target, and the course up to it.
with figures as (
    select figures.*
    from {{ ref('fct_kpi_values') }} as figures
    inner join {{ ref('dim_source') }} as sources
        on figures.source_system = sources.source_system
    where
        figures.period_grain <> 'month'
        and figures.scope_type <> 'office'
        and figures.period_end <= sources.as_of_on
        and figures.period_start >= coalesce({{ first_of('month', 'sources.data_from_on') }}, figures.period_start)
),

ranged as (
    select
        *,
        lag(value) over periods as value_before,
        min(value) over course as lowest,
        max(value) over course as highest
    from figures
    window
        periods as (
            partition by source_system, kpi_code, kpi_version, period_grain, scope_type, scope_value
            order by period_start
        ),
        course as (
            partition by source_system, kpi_code, kpi_version, period_grain, scope_type, scope_value
            order by period_start {{ within_course() }}
        )
)

select
    *,
    row_number() over (
        partition by source_system, kpi_code, kpi_version, period_grain, scope_type, scope_value
        order by is_provisional asc, period_start desc
    ) = 1 as is_latest,
    case
        when value is null or status = 'no_target' then null
        else round(greatest(
            case when direction in ('up', 'band') then {{ distance_below('value', 'target') }} else 0 end,
            case direction
                when 'down' then {{ distance_above('value', 'target') }}
                when 'band' then {{ distance_above('value', 'target_upper') }}
                else 0
            end
        ), 6)
    end as distance_to_target,
    case
        when highest is not null then {{ course_shown('value', 'period_start', 'lowest', 'highest', 'periods') }}
    end as course_shown
from ranged
window periods as (
    partition by source_system, kpi_code, kpi_version, period_grain, scope_type, scope_value
    order by period_start
)
