{{ config(tags=['after_check']) }}

-- Each figure, its interval, target and change as people write them: `12.4 %`, `11.8 to 13.1 %`, `≥ 15 %`.
with figures as (
    select
        figures.*,
        units.decimals,
        units.decimals_below_one,
        case figures.unit
            when 'national currency' then ' ' || sources.currency
            when 'as published' then ' ' || {{ part_of('figures.scope_value', ' ', 2) }}
            else coalesce(' ' || nullif(units.suffix, ''), '')
        end as suffix,
        case figures.unit
            when 'national currency' then ' ' || sources.currency
            when 'as published' then ' ' || {{ part_of('figures.scope_value', ' ', 2) }}
            else coalesce(' ' || nullif(units.change_suffix, ''), '')
        end as change_suffix,
        figures.value - figures.value_before as change
    from {{ ref('int_kpi_values_national') }} as figures
    inner join {{ ref('dim_source') }} as sources
        on figures.source_system = sources.source_system
    inner join {{ ref('kpi_units') }} as units
        on figures.unit = units.unit
)

select
    source_system,
    kpi_code,
    kpi_version,
    period_grain,
    period_start,
    scope_type,
    scope_value,
    case period_grain
        when 'quarter' then 'Q' || cast(extract(quarter from period_start) as varchar) || ' '
        else ''
    end || cast(extract(year from period_start) as varchar)
    || case when is_provisional then ', provisional' else '' end as period_shown,
    {{ figure_shown('value') }} || suffix as value_shown,
    case
        when lower is null then 'at most ' || {{ figure_shown('upper') }} || suffix
        when upper is null then 'at least ' || {{ figure_shown('lower') }} || suffix
        else {{ figure_shown('lower') }} || ' to ' || {{ figure_shown('upper') }} || suffix
    end as interval_shown,
    case direction
        when 'up' then '≥ ' || {{ target_number_shown('target') }} || suffix
        when 'down' then '≤ ' || {{ target_number_shown('target') }} || suffix
        when 'band'
            then
                {{ target_number_shown('target') }} || ' to '
                || {{ target_number_shown('target_upper') }} || suffix
    end as target_shown,
    case
        when {{ is_unseen('change') }} then 'unchanged'
        else
            case when change > 0 then '+' else '' end || {{ figure_shown('change') }} || change_suffix
            || case
                when direction not in ('up', 'down') then ''
                when (direction = 'up') = (change > 0) then ', better'
                else ', worse'
            end
            || case when value_before between lower and upper then ' (may be chance)' else '' end
    end as change_shown
from figures
