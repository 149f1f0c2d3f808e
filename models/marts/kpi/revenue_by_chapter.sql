-- What is declared of each chapter, what inspections add, and what looks too cheap, by month of acceptance.
with declarations as (
    select * from {{ ref('int_declarations_counted') }}
),

taxes as (
    select
        source_system,
        declaration_id,
        item_number,
        sum(declared_national) as declared_national
    from {{ ref('fct_item_taxes') }}
    group by source_system, declaration_id, item_number
),

declared as (
    select
        items.source_system,
        items.declaration_id,
        items.chapter_code,
        true as is_item,
        items.customs_value_national,
        taxes.declared_national,
        unit_values.item_key is not null as has_reference,
        unit_values.is_suspicious
    from {{ ref('fct_declaration_items') }} as items
    left join taxes
        on items.source_system = taxes.source_system
        and items.declaration_id = taxes.declaration_id
        and items.item_number = taxes.item_number
    left join {{ ref('int_unit_values_referenced') }} as unit_values
        on items.source_system = unit_values.source_system
        and items.declaration_id = unit_values.declaration_id
        and items.item_number = unit_values.item_number
),

found as (
    select
        source_system,
        declaration_id,
        chapter_code,
        true as is_inspection,
        additional_duty_national > 0 as has_yield,
        additional_duty_national
    from {{ ref('fct_inspections') }}
    where is_resolved
),

gathered as (
    select * from declared
    union all by name
    select * from found
)

select
    declarations.source_system,
    {{ first_of('month', 'declarations.accepted_on') }} as month_on,
    declarations.regime,
    gathered.chapter_code,
    chapters.chapter_name,
    sources.currency as currency_national,
    count(*) filter (where gathered.is_item) as items,
    cast(sum(gathered.customs_value_national) as decimal(18, 2)) as customs_value_national,
    cast(sum(gathered.declared_national) as decimal(18, 2)) as declared_national,
    count(*) filter (where gathered.is_inspection) as inspections,
    count(*) filter (where gathered.has_yield) as inspections_with_yield,
    cast(sum(gathered.additional_duty_national) as decimal(18, 2)) as additional_duty_national,
    count(*) filter (where gathered.has_reference) as items_with_reference,
    count(*) filter (where gathered.is_suspicious) as suspicious_items
from gathered
inner join declarations
    on gathered.source_system = declarations.source_system
    and gathered.declaration_id = declarations.declaration_id
inner join {{ ref('sources') }} as sources
    on declarations.source_system = sources.source_system
left join {{ ref('hs_chapters') }} as chapters
    on gathered.chapter_code = chapters.chapter_code
group by
    declarations.source_system, month_on, declarations.regime, gathered.chapter_code, chapters.chapter_name,
    sources.currency
