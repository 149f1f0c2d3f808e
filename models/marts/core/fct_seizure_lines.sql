with lines as (
    select * from {{ ref('int_seizure_lines_collapsed') }}
),

offices as (
    select * from {{ ref('dim_office') }}
),

categories as (
    select * from {{ ref('dim_seizure_category') }}
),

countries as (
    select * from {{ ref('dim_country') }}
)

select
    lines.source_system,
    lines.seizure_id,
    lines.line_number,
    lines.version,
    lines.status,
    lines.office_code,
    offices.office_name,
    lines.border_region,
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
    lines.hs_version,
    lines.hs6,
    lines.commodity_code,
    lines.country_origin,
    lines.country_departure,
    countries.country_name as country_departure_name,
    lines.country_transit,
    lines.country_destination,
    lines.country_origin || '>' || lines.country_departure as route,
    lines.category_code,
    categories.category_name,
    categories.category_group,
    lines.subcategory,
    lines.is_primary_line,
    lines.is_standing,
    lines.quantity,
    lines.unit,
    lines.value_national,
    lines.currency_national,
    lines.case_id,
    lines.seized_month_on,
    lines.seized_on,
    lines.seized_at
from lines
inner join offices
    on lines.source_system = offices.source_system
    and lines.office_code = offices.office_code
left join categories
    on lines.category_code = categories.category_code
left join countries
    on lines.country_departure = countries.country_code
