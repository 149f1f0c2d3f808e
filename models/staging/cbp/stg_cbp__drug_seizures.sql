with accepted as (
    select
        *,
        cast(fy as integer) as fiscal_year
    from {{ ref('base_cbp__drug_seizures') }}
    where record_outcome = 'accepted'
),

renamed as (
    select
        'cbp' as source_system,
        fiscal_year,
        month_abbv as fiscal_month,
        {{ fiscal_month_start('fiscal_year', 'month_abbv') }} as month_on,
        component,
        region as border_region,
        land_filter,
        area_of_responsibility as area,
        drug_type as drug,
        count_of_event as events,
        sum_qty_lbs as quantity_lb
    from accepted
)

select
    *,
    last_day(month_on) as month_ends_on
from renamed
