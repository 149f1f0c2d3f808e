-- Every country code the data uses, whether a list knows it or not.
with declarations as (
    select * from {{ ref('int_declarations_collapsed') }}
),

seizure_lines as (
    select * from {{ ref('int_seizure_lines_unioned') }}
),

named as (
    select country_dispatch as country_code from declarations
    union
    select country_destination from declarations
    union
    select country_origin from {{ ref('int_declaration_items_unioned') }}
    union
    select country_origin from seizure_lines
    union
    select country_departure from seizure_lines
    union
    select country_transit from seizure_lines
    union
    select country_destination from seizure_lines
    union
    select country from {{ ref('stg_cdps__operators') }}
)

select country_code
from named
where country_code is not null
