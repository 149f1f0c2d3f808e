{{ config(materialized='table') }}

-- Seizure lines of every source, as they stand.
with offices as (
    select * from {{ ref('int_offices_unioned') }}
),

cdps as (
    select
        lines.source_system,
        lines.seizure_id,
        lines.line_number,
        lines.version,
        lines.status,
        lines.office_code,
        cast(null as varchar) as border_region,
        lines.place_code,
        lines.direction,
        lines.traffic,
        lines.transport_mode,
        lines.selection_basis,
        lines.detection_means,
        lines.concealment_method,
        lines.declaration_id,
        lines.house_document_id,
        lines.container_id,
        lines.operator_id,
        lines.operator_role,
        lines.commodity_code,
        lines.country_origin,
        lines.country_departure,
        lines.country_transit,
        lines.country_destination,
        lines.category_code,
        lines.subcategory,
        lines.is_primary_line,
        lines.status in ('detained', 'seized') as is_standing,
        lines.quantity,
        lines.unit,
        lines.value_national,
        lines.case_id,
        {{ first_of('month', local_day('lines.seized_at', 'offices.time_zone')) }} as seized_month_on,
        {{ local_day('lines.seized_at', 'offices.time_zone') }} as seized_on,
        lines.seized_at
    from {{ ref('int_seizure_lines_collapsed') }} as lines
    inner join offices
        on lines.source_system = offices.source_system
        and lines.office_code = offices.office_code
),

cbp as (
    select
        source_system,
        seizure_id,
        line_number,
        1 as version,
        'seized' as status,
        office_code,
        border_region,
        cast(null as varchar) as place_code,
        direction,
        cast(null as varchar) as traffic,
        transport_mode,
        cast(null as varchar) as selection_basis,
        cast(null as varchar) as detection_means,
        cast(null as varchar) as concealment_method,
        cast(null as varchar) as declaration_id,
        cast(null as varchar) as house_document_id,
        cast(null as varchar) as container_id,
        cast(null as varchar) as operator_id,
        cast(null as varchar) as operator_role,
        cast(null as varchar) as commodity_code,
        cast(null as varchar) as country_origin,
        cast(null as varchar) as country_departure,
        cast(null as varchar) as country_transit,
        cast(null as varchar) as country_destination,
        category_code,
        subcategory,
        line_number = 1 as is_primary_line,
        true as is_standing,
        quantity,
        unit,
        cast(null as decimal(18, 2)) as value_national,
        cast(null as varchar) as case_id,
        seized_month_on,
        cast(null as date) as seized_on,
        cast(null as timestamp) as seized_at
    from {{ ref('int_seizure_lines_mapped') }}
),

every_line as (
    select * from cdps
    union all
    select * from cbp
)

select
    every_line.*,
    left(every_line.commodity_code, 6) as hs6,
    case when every_line.commodity_code is not null then sources.hs_version end as hs_version,
    sources.currency as currency_national
from every_line
inner join {{ ref('sources') }} as sources
    on every_line.source_system = sources.source_system
