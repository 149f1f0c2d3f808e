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
    where is_resolved
    group by source_system, parent_inspection_id
),

suspect_images as (
    select * from inspections
    where nii_verdict = 'suspect'
),

counted as (
    select
        examinations.source_system,
        examinations.result_on as counted_on,
        images.office_code,
        cast(examinations.is_hit as integer) as numerator,
        1 as denominator
    from examinations
    inner join suspect_images as images
        on examinations.source_system = images.source_system
        and examinations.inspection_id = images.inspection_id
)

{{ kpi_proportion('SAF18', ['all', 'office']) }}
