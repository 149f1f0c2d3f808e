with listed as (
    select * from {{ ref('countries') }}
),

every_code as (
    select country_code from listed
    union
    select country_code from {{ ref('int_countries_named') }}
)

select
    every_code.country_code,
    listed.country_code_alpha3,
    coalesce(listed.country_name, 'Not listed: ' || every_code.country_code) as country_name,
    coalesce(listed.region, 'Unknown') as region,
    coalesce(listed.sub_region, 'Unknown') as sub_region,
    listed.country_code is not null as is_listed,
    coalesce(listed.listing, 'unknown') <> 'unknown' as is_known
from every_code
left join listed
    on every_code.country_code = listed.country_code
