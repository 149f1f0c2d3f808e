-- Published weapons events as seizures. The publication has no line numbers: the lines of an event are
-- numbered by their content, so that the order of files is nothing.
with weapons as (
    select * from {{ ref('stg_cbp__weapons_seizures') }}
),

category_map as (
    select * from {{ ref('seizure_category_map') }}
),

code_map as (
    select * from {{ ref('code_map') }}
),

numbered as (
    select
        *,
        row_number() over (
            partition by event_id
            order by month_on, area, border_region, seizure_type, category, direction, transport_mode, quantity
        ) as line_number
    from weapons
)

select
    numbered.source_system,
    numbered.event_id as seizure_id,
    1 as version,
    cast(numbered.line_number as integer) as line_number,
    numbered.line_number = 1 as is_primary_line,
    'seized' as status,
    upper(numbered.area) as office_code,
    numbered.area as office_name,
    numbered.border_region,
    directions.code as direction,
    modes.code as transport_mode,
    coalesce(category_map.category_code, 'OTHER') as category_code,
    numbered.category as subcategory,
    numbered.quantity,
    category_map.unit,
    numbered.month_on as published_month_on
from numbered
left join category_map
    on numbered.source_system = category_map.source_system
    and numbered.seizure_type = category_map.seizure_type
    and numbered.category = category_map.subcategory
left join code_map as directions
    on numbered.source_system = directions.source_system
    and directions.field = 'direction'
    and numbered.direction = directions.source_code
left join code_map as modes
    on numbered.source_system = modes.source_system
    and modes.field = 'transport_mode'
    and numbered.transport_mode = modes.source_code
