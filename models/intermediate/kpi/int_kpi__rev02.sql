-- What an inspection brings. Where a source tells no additional duties at all, none are known.
with inspections as (
    select * from {{ ref('int_inspections_counted') }}
    where is_resolved
),

counted as (
    select
        source_system,
        result_on as counted_on,
        office_code,
        regime,
        transport_mode,
        channel,
        coalesce(additional_duty_national, 0) as numerator,
        1 as denominator
    from inspections
    where
        source_system in (
            select known.source_system from inspections as known
            where known.additional_duty_national is not null
        )
)

{{ kpi_ratio('REV02', ['all', 'office', 'regime', 'transport_mode', 'channel'], scale=1) }}
