-- Whether scanners work: hours scanned of the hours they were available.
with counted as (
    select
        source_system,
        day as counted_on,
        office_code,
        scanning_hours as numerator,
        available_hours as denominator
    from {{ ref('int_nii_devices_unioned') }}
)

{{ kpi_ratio('SAF17', ['all', 'office']) }}
