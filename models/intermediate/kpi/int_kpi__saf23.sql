-- Whether findings come back as rules while they are fresh.
with counted as (
    select
        source_system,
        found_on as counted_on,
        cast(is_answered_in_time as integer) as numerator,
        1 as denominator
    from {{ ref('findings_to_measures') }}
    where is_counted
)

{{ kpi_proportion('SAF23', ['all']) }}
