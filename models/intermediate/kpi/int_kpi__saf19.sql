-- What a scan cleared and opening the goods later proved wrong, on the day of the last such result. The later
-- inspection is of the same declaration or consignment, or of the same container before it can carry other goods.
with inspections as (
    select * from {{ ref('int_inspections_counted') }}
),

cleared as (
    select
        source_system,
        inspection_id,
        office_code,
        declaration_id,
        house_document_id,
        container_id,
        coalesce(scan_ended_at, ended_at) as scanned_at
    from inspections
    where nii_verdict = 'clear'
),

opened as (
    select
        source_system,
        declaration_id,
        house_document_id,
        container_id,
        is_hit,
        result_on,
        coalesce(started_at, ended_at, result_recorded_at) as opened_at
    from inspections
    where
        inspection_type = 'physical'
        and is_resolved
),

limits as (
    select {{ kpi_parameter('SAF19', 'container_days') }} as container_days
),

followed as (
    {%- for link in ['declaration_id', 'house_document_id', 'container_id'] %}
        select
            cleared.source_system,
            cleared.inspection_id,
            cleared.office_code,
            opened.is_hit,
            opened.result_on
        from cleared
        inner join opened
            on cleared.source_system = opened.source_system
            and cleared.{{ link }} = opened.{{ link }}
            and cleared.scanned_at <= opened.opened_at
        cross join limits
        where
            '{{ link }}' <> 'container_id'
            or {{ hours_between('cleared.scanned_at', 'opened.opened_at') }} <= 24 * limits.container_days
        {{ 'union all' if not loop.last }}
    {%- endfor %}
),

counted as (
    select
        source_system,
        max(result_on) as counted_on,
        office_code,
        max(cast(is_hit as integer)) as numerator,
        1 as denominator
    from followed
    group by source_system, inspection_id, office_code
)

{{ kpi_proportion('SAF19', ['all', 'office']) }}
