-- Every country code the data uses, whether a list knows it or not.
with declarations as (
    select * from {{ ref('int_declarations_collapsed') }}
),

seizure_lines as (
    select * from {{ ref('int_seizure_lines_collapsed') }}
),

named as (
    select country_dispatch as country_code from declarations
    union
    select country_destination from declarations
    union
    select country_origin from {{ ref('int_declaration_items_collapsed') }}
    union
    select country_origin from seizure_lines
    union
    select country_departure from seizure_lines
    union
    select country_transit from seizure_lines
    union
    select country_destination from seizure_lines
    union
    select country from {{ ref('int_operators_unioned') }}
)

select country_code
from named
where country_code is not null
