{{ config(materialized='table') }}

-- The unit of comparison: a declaration inspected with a result, at random or for a reason, on the day of its last
-- result. It stands on the route of the item that was found wrong or looked at, else of its main item.
with {{ inspections_ranked() }},

categories as (
    select * from {{ ref('seizure_categories') }}
),

-- A source that never names a category or a severity has no hits of none: it does not say.
telling_category as (
    select source_system from ranked
    where offence_category_code is not null
),

telling_severity as (
    select source_system from ranked
    where severity is not null
),

judged as (
    select
        ranked.source_system,
        ranked.declaration_id,
        ranked.selection_basis,
        max(ranked.depth) as depth,
        any_value(ranked.country_origin) filter (where ranked.item_rank = 1) as country_origin,
        any_value(left(ranked.hs6, 4)) filter (where ranked.item_rank = 1) as heading_code,
        any_value(ranked.chapter_code) filter (where ranked.item_rank = 1) as chapter_code,
        any_value(ranked.offence_category_code) filter (where ranked.item_rank = 1) as category_code,
        bool_or(ranked.is_hit) as is_hit,
        bool_or(ranked.is_hit and coalesce(ranked.severity = 'serious', false)) as is_serious_hit,
        bool_or(ranked.is_hit and coalesce(categories.category_group = 'safety_and_security', false))
            as is_security_hit,
        max(ranked.result_on) as result_on
    from ranked
    left join categories
        on ranked.offence_category_code = categories.category_code
    group by ranked.source_system, ranked.declaration_id, ranked.selection_basis
)

select
    judged.source_system,
    judged.declaration_id,
    judged.selection_basis,
    declarations.office_code,
    declarations.regime,
    declarations.transport_mode,
    declarations.trader_id,
    judged.country_origin,
    judged.heading_code,
    judged.chapter_code,
    chapters.section_code,
    judged.depth,
    judged.category_code,
    judged.is_hit,
    case
        when judged.source_system in (select telling_severity.source_system from telling_severity)
            then judged.is_serious_hit
    end as is_serious_hit,
    case
        when judged.source_system in (select telling_category.source_system from telling_category)
            then judged.is_security_hit
    end as is_security_hit,
    judged.result_on
from judged
inner join {{ ref('int_declarations_counted') }} as declarations
    on judged.source_system = declarations.source_system
    and judged.declaration_id = declarations.declaration_id
left join {{ ref('hs_chapters') }} as chapters
    on judged.chapter_code = chapters.chapter_code
