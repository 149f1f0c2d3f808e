{{ config(materialized='table') }}

-- An operator with which offences were found before, and not only because it was inspected so often. Only results
-- recorded before the day of acceptance count.
with items as (
    {{ items_due() }}
),

all_items as (
    select * from {{ ref('int_risk_items') }}
),

parameters as (
    {{ indicator_parameters('earlier_offence', ['look_back_months', 'least_share', 'full_at']) }}
),

inspections as (
    select * from {{ ref('int_inspections_judged') }}
    where is_resolved and declaration_id is not null
),

trader_days as (
    select distinct
        source_system,
        trader_id,
        accepted_on
    from items
),

-- A declaration is one case, known from the day of its last result.
inspected as (
    select
        all_items.source_system,
        all_items.trader_id,
        all_items.declaration_id,
        max(inspections.result_on) as result_on,
        max(cast(inspections.is_hit as integer)) as is_offence
    from inspections
    inner join all_items
        on inspections.source_system = all_items.source_system
        and inspections.declaration_id = all_items.declaration_id
    group by all_items.source_system, all_items.trader_id, all_items.declaration_id
),

records as (
    select
        trader_days.source_system,
        trader_days.trader_id,
        trader_days.accepted_on,
        count(*) as inspected,
        sum(inspected.is_offence) as offences
    from trader_days
    cross join parameters
    inner join inspected
        on trader_days.source_system = inspected.source_system
        and trader_days.trader_id = inspected.trader_id
        and trader_days.accepted_on > inspected.result_on
        and inspected.result_on >= {{ months_later('trader_days.accepted_on', '-parameters.look_back_months') }}
    group by trader_days.source_system, trader_days.trader_id, trader_days.accepted_on
),

judged as (
    select
        items.item_key,
        items.trader_id is not null
        and items.source_system in (select inspections.source_system from inspections) as is_applicable,
        records.offences > 0
        and records.offences >= parameters.least_share * records.inspected as is_hit,
        least(1, records.offences / parameters.full_at) as score,
        'Offences in ' || {{ said('records.offences') }} || ' of ' || {{ said('records.inspected') }}
        || ' inspected declarations of this operator in the ' || {{ said('parameters.look_back_months') }}
        || ' months before' as evidence
    from items
    cross join parameters
    left join records
        on items.source_system = records.source_system
        and items.trader_id = records.trader_id
        and items.accepted_on = records.accepted_on
)

{{ risk_indicator('earlier_offence') }}
