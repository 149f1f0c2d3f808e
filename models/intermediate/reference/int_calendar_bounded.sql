-- The years in which anything happened, whole. There are few days in many records.
with days as (
    select accepted_on as happened_on from {{ ref('int_declarations_collapsed') }}
    union
    select lodged_on from {{ ref('int_declarations_collapsed') }}
    union
    select result_on from {{ ref('int_inspections_judged') }}
    union
    select seized_month_on from {{ ref('int_seizure_lines_collapsed') }}
    union
    select month_on from {{ ref('int_published_seizures_unioned') }}
)

select
    {{ first_of('year', 'min(happened_on)') }} as first_on,
    {{ last_of_year('max(happened_on)') }} as last_on
from days
having count(happened_on) > 0
