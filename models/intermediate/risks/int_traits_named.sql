-- What each trait of offending is called: a category by its name, a route by its countries, others by their own words.
with traits as (
    select distinct
        source_system,
        trait_type,
        whole,
        trait
    from {{ ref('int_traits_compared') }}
),

ended as (
    select
        *,
        case when trait_type = 'route' then {{ part_of('trait', '>', 1) }} end as origin,
        case when trait_type = 'route' then {{ part_of('trait', '>', 2) }} end as departure
    from traits
)

select
    ended.source_system,
    ended.trait_type,
    ended.whole,
    ended.trait,
    coalesce(wholes.category_name, 'All') as whole_shown,
    case ended.trait_type
        when 'category' then coalesce(categories.category_name, ended.trait)
        when 'route'
            then
                coalesce(origins.country_name, ended.origin) || ' > '
                || coalesce(departures.country_name, ended.departure)
        when 'commodity' then 'HS heading ' || ended.trait
        else {{ in_words('ended.trait') }}
    end as trait_shown
from ended
left join {{ ref('dim_seizure_category') }} as wholes
    on ended.whole = wholes.category_code
left join {{ ref('dim_seizure_category') }} as categories
    on ended.trait = categories.category_code
left join {{ ref('dim_country') }} as origins
    on ended.origin = origins.country_code
left join {{ ref('dim_country') }} as departures
    on ended.departure = departures.country_code
