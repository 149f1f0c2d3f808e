-- Where seized goods came from. A seizure counts once in each row it has goods in, once in each category, once in all.
with numbered as (
    {{ numbered_seizure_lines() }}
),

counted as (
    select
        source_system,
        seized_month_on as month_on,
        country_departure,
        country_transit,
        transport_mode,
        traffic,
        category_code,
        count(distinct seizure_id) as events,
        count(*) filter (where category_line = 1) as category_events,
        count(*) filter (where seizure_line = 1) as total_events
    from numbered
    group by
        source_system,
        seized_month_on,
        country_departure,
        country_transit,
        transport_mode,
        traffic,
        category_code
)

select
    counted.source_system,
    counted.month_on,
    counted.country_departure,
    coalesce(departures.country_name, 'Not recorded') as country_departure_name,
    counted.country_transit,
    coalesce(transits.country_name, 'Direct, or not recorded') as country_transit_name,
    counted.transport_mode,
    counted.traffic,
    counted.category_code,
    categories.category_name,
    categories.category_group,
    counted.events,
    counted.category_events,
    counted.total_events
from counted
left join {{ ref('dim_country') }} as departures
    on counted.country_departure = departures.country_code
left join {{ ref('dim_country') }} as transits
    on counted.country_transit = transits.country_code
left join {{ ref('dim_seizure_category') }} as categories
    on counted.category_code = categories.category_code
