with accepted as (
    select
        *,
        cast(fiscal_year as integer) as fiscal_year_number
    from {{ ref('base_cbp__weapons_seizures') }}
    where record_outcome = 'accepted'
),

renamed as (
    select
        'cbp' as source_system,
        -- Numbers that went through a spreadsheet: the event's ".0" is no part of its name.
        split_part(event_id, '.', 1) as event_id,
        fiscal_year_number as fiscal_year,
        month_abbv as fiscal_month,
        {{ fiscal_month_start('fiscal_year_number', 'month_abbv') }} as month_on,
        component,
        region as border_region,
        area_of_responsibility as area,
        inbound_outbound as direction,
        mode_of_transportation as transport_mode,
        seizure_type,
        category,
        quantity_seized as quantity
    from accepted
)

select
    *,
    last_day(month_on) as month_ends_on
from renamed
