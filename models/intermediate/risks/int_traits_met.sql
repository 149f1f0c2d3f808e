{{ config(materialized='table') }}

-- How offenders go about it, as seizures and cases tell: category, concealment, route and heading of each standing
-- seizure, and the offence of each case. `whole` is what a trait is a part of: a concealment of drugs, of all drugs.
with lines as (
    select
        *,
        {{ first_of('quarter', 'seized_month_on') }} as quarter_on
    from {{ ref('fct_seizure_lines') }}
    where
        is_standing
        and seized_month_on is not null
        and seizure_id is not null
),

cases as (
    select * from {{ ref('fct_enforcement_cases') }}
    where opened_on is not null
),

traits as (
    select
        source_system,
        quarter_on,
        'category' as trait_type,
        'all' as whole,
        category_code as trait,
        seizure_id as event_id
    from lines
    union
    select
        source_system,
        quarter_on,
        'concealment' as trait_type,
        category_code as whole,
        concealment_method as trait,
        seizure_id as event_id
    from lines
    union
    select
        source_system,
        quarter_on,
        'route' as trait_type,
        category_code as whole,
        country_origin || '>' || country_departure as trait,
        seizure_id as event_id
    from lines
    union
    select
        source_system,
        quarter_on,
        'commodity' as trait_type,
        category_code as whole,
        left(hs6, 4) as trait,
        seizure_id as event_id
    from lines
    union
    select
        source_system,
        {{ first_of('quarter', 'opened_on') }} as quarter_on,
        'offence' as trait_type,
        'all' as whole,
        offence_type as trait,
        case_id as event_id
    from cases
)

select
    source_system,
    quarter_on,
    trait_type,
    whole,
    trait,
    count(*) as events
from traits
where trait is not null
group by source_system, quarter_on, trait_type, whole, trait
