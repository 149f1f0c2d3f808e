-- How long an inspection holds goods: from the order to the recorded result, by type.
with counted as (
    select
        source_system,
        result_on as counted_on,
        office_code,
        inspection_type,
        inspection_hours as measure
    from {{ ref('int_inspections_counted') }}
    where
        is_resolved
        and inspection_hours is not null
)

{{ kpi_quantile('FAC06', ['all', 'office', 'inspection_type']) }}
