-- Published seizure events (cbp weapons), in the terms of this warehouse. The publication has no line
-- numbers: the lines of an event are numbered by their content, so that the order of files is nothing.
with weapons as (
    select * from {{ ref('stg_cbp__weapons_seizures') }}
),

category_map as (
    select * from {{ ref('seizure_category_map') }}
),

code_map as (
    select * from {{ ref('code_map') }}
)

select
    weapons.source_system,
    weapons.event_id as seizure_id,
    cast(row_number() over (
        partition by weapons.source_system, weapons.event_id
        order by
            weapons.month_on, weapons.area, weapons.border_region, weapons.seizure_type, weapons.category,
            weapons.direction, weapons.transport_mode, weapons.quantity
    ) as integer) as line_number,
    weapons.month_on as seized_month_on,
    upper(weapons.area) as office_code,
    weapons.border_region,
    directions.code as direction,
    modes.code as transport_mode,
    coalesce(category_map.category_code, 'OTHER') as category_code,
    weapons.category as subcategory,
    weapons.quantity,
    category_map.unit
from weapons
left join category_map
    on weapons.source_system = category_map.source_system
    and weapons.seizure_type = category_map.seizure_type
    and weapons.category = category_map.subcategory
left join code_map as directions
    on weapons.source_system = directions.source_system
    and directions.field = 'direction'
    and weapons.direction = directions.source_code
left join code_map as modes
    on weapons.source_system = modes.source_system
    and modes.field = 'transport_mode'
    and weapons.transport_mode = modes.source_code
