-- Every seizure category the data uses, whether the list knows it or not.
with named as (
    select category_code from {{ ref('int_seizures_unioned') }}
    union
    select category_code from {{ ref('int_published_seizures_unioned') }}
    union
    select category_code from {{ ref('int_risk_rules_unioned') }}
    union
    select offence_category_code as category_code from {{ ref('int_inspections_unioned') }}
)

select category_code
from named
where category_code is not null
