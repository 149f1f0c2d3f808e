-- Whether a suspect image is settled by a find, on the day the examination that followed has its last result.
with inspections as (
    select * from {{ ref('int_inspections_counted') }}
),

examinations as (
    select
        source_system,
        parent_inspection_id as inspection_id,
        bool_or(is_hit) as is_hit,
        max(result_on) as result_on
    from inspections
    where
        is_resolved
        and parent_inspection_id is not null
    group by source_system, parent_inspection_id
),

counted as (
    select
        images.source_system,
        examinations.result_on as counted_on,
        images.office_code,
        cast(examinations.is_hit as integer) as numerator,
        1 as denominator
    from inspections as images
    inner join examinations
        on images.source_system = examinations.source_system
        and images.inspection_id = examinations.inspection_id
    where images.nii_verdict = 'suspect'
)

{{ kpi_proportion('SAF18', ['all', 'office']) }}
