{{ config(materialized='table') }}

-- What inspections said of an item, and when it was known. An inspection that names an item speaks of it alone; one
-- that names none speaks of all items of its declaration, and a hit among several is shared out by `label_weight`.
with items as (
    select * from {{ ref('int_risk_items') }}
),

inspections as (
    select * from {{ ref('int_inspections_judged') }}
    where is_resolved and declaration_id is not null
),

categories as (
    select * from {{ ref('seizure_categories') }}
),

-- A source that never names a category says with its severity what is grave.
telling as (
    select distinct source_system from inspections
    where offence_category_code is not null
),

counted as (
    select
        source_system,
        declaration_id,
        count(*) as declared_items
    from items
    group by source_system, declaration_id
),

told as (
    select
        items.item_key,
        items.source_system,
        inspections.is_hit,
        inspections.is_hit
        and case
            when telling.source_system is null then coalesce(inspections.severity = 'serious', false)
            else coalesce(categories.category_group = 'safety_and_security', false)
        end as is_security_hit,
        inspections.selection_reason = 'random' as is_random,
        case
            when inspections.is_hit and inspections.item_number is null then 1.0 / counted.declared_items
            else 1.0
        end as label_weight,
        coalesce(inspections.additional_duty_national, 0) as additional_duty_national,
        inspections.result_on
    from items
    inner join counted
        on items.source_system = counted.source_system
        and items.declaration_id = counted.declaration_id
    inner join inspections
        on items.source_system = inspections.source_system
        and items.declaration_id = inspections.declaration_id
        and coalesce(inspections.item_number, items.item_number) = items.item_number
    left join telling
        on inspections.source_system = telling.source_system
    left join categories
        on inspections.offence_category_code = categories.category_code
)

select
    item_key,
    source_system,
    max(cast(is_hit as integer)) as hit,
    max(cast(is_security_hit as integer)) as security_hit,
    max(cast(coalesce(is_random, false) as integer)) as random_pick,
    max(label_weight) as label_weight,
    sum(case when is_hit then additional_duty_national * label_weight else 0 end) as additional_duty_national,
    max(result_on) as result_on
from told
group by item_key, source_system
