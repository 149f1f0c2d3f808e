{{ config(materialized='table') }}

-- What can be mined for, and the items found with it: any offence, those against safety and security, and each category
-- of seizures or, where an offence has none, each type of offence that learning has enough of.
with hits as (
    select * from {{ ref('int_items_inspected') }}
    where hit_weight > 0
),

targeted as (
    select
        hits.*,
        'any' as target
    from hits

    union all

    select
        hits.*,
        'safety_and_security' as target
    from hits
    inner join {{ ref('seizure_categories') }} as categories
        on hits.category_code = categories.category_code
    where categories.category_group = 'safety_and_security'

    union all

    select
        hits.*,
        coalesce(hits.category_code, hits.offence_type) as target
    from hits
    where coalesce(hits.category_code, hits.offence_type) is not null
),

enough as (
    select
        source_system,
        target
    from targeted
    where is_learned
    group by source_system, target
    having
        {{ whole_hits('sum(hit_weight)') }}
        >= (select {{ setting_named('fewest_hits') }} from {{ ref('candidate_rule_settings') }})
)

select
    targeted.source_system,
    targeted.target,
    targeted.tested_item_id,
    targeted.declaration_id,
    targeted.stratum,
    targeted.is_learned,
    targeted.hit_weight
from targeted
inner join enough
    on targeted.source_system = enough.source_system
    and targeted.target = enough.target
