{{ config(materialized='table') }}

-- Goods in which inspections of the twelve months before the month found offences far more often than in others. Only
-- results recorded before the month count.
with items as (
    {{ items_due() }}
),

all_items as (
    select * from {{ ref('int_risk_items') }}
),

parameters as (
    {{ indicator_parameters('goods_found_before', ['look_back_months', 'least_inspected', 'times']) }}
),

inspections as (
    select * from {{ ref('int_inspections_judged') }}
    where is_resolved and declaration_id is not null and result_on is not null
),

months as (
    select distinct
        source_system,
        month_on
    from items
),

-- An inspection of a whole declaration speaks for each of its goods.
inspected as (
    select
        all_items.source_system,
        all_items.hs6,
        all_items.declaration_id,
        {{ first_of('month', 'max(inspections.result_on)') }} as result_month_on,
        bool_or(inspections.is_hit) as is_hit
    from inspections
    inner join all_items
        on inspections.source_system = all_items.source_system
        and inspections.declaration_id = all_items.declaration_id
        and coalesce(inspections.item_number, all_items.item_number) = all_items.item_number
    group by all_items.source_system, all_items.hs6, all_items.declaration_id
),

records as (
    select
        months.source_system,
        months.month_on,
        inspected.hs6,
        count(*) as inspected,
        sum(cast(inspected.is_hit as integer)) as hits
    from months
    cross join parameters
    inner join inspected
        on months.source_system = inspected.source_system
        and months.month_on > inspected.result_month_on
        and inspected.result_month_on >= {{ months_later('months.month_on', '-parameters.look_back_months') }}
    group by months.source_system, months.month_on, inspected.hs6
),

compared as (
    select
        *,
        hits / inspected as rate,
        sum(hits) over (partition by source_system, month_on)
        / sum(inspected) over (partition by source_system, month_on) as rate_of_all
    from records
),

judged as (
    select
        items.item_key,
        compared.inspected >= parameters.least_inspected as is_applicable,
        compared.rate >= parameters.times * compared.rate_of_all and compared.hits > 0 as is_hit,
        1.0 as score,
        'Offences in ' || {{ said('compared.hits') }} || ' of ' || {{ said('compared.inspected') }}
        || ' inspected declarations of such goods (' || items.hs6 || ')' as evidence
    from items
    cross join parameters
    left join compared
        on items.source_system = compared.source_system
        and items.month_on = compared.month_on
        and items.hs6 = compared.hs6
)

{{ risk_indicator('goods_found_before') }}
