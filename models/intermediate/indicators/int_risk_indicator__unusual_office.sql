{{ config(materialized='table') }}

-- An operator that we know well goes to an office it hardly ever used: perhaps one where it expects fewer questions.
with items as (
    {{ items_due() }}
),

all_items as (
    select * from {{ ref('int_risk_items') }}
),

parameters as (
    {{ indicator_parameters('unusual_office', ['least_declarations', 'below_share']) }}
),

office_days as (
    select
        source_system,
        trader_id,
        office_code,
        accepted_on,
        count(distinct declaration_id) as declarations
    from all_items
    where trader_id is not null
    group by source_system, trader_id, office_code, accepted_on
),

shares_before as (
    select
        *,
        {{ sum_before('declarations', 'source_system, trader_id, office_code', 'accepted_on') }} as at_office_before,
        {{ sum_before('declarations', 'source_system, trader_id', 'accepted_on') }} as declarations_before
    from office_days
),

judged as (
    select
        items.item_key,
        shares_before.declarations_before >= parameters.least_declarations as is_applicable,
        shares_before.at_office_before < parameters.below_share * shares_before.declarations_before as is_hit,
        1.0 as score,
        'Of ' || {{ said('shares_before.declarations_before') }} || ' earlier declarations of this operator '
        || {{ said('shares_before.at_office_before') }} || ' were at this office' as evidence
    from items
    cross join parameters
    left join shares_before
        on items.source_system = shares_before.source_system
        and items.trader_id = shares_before.trader_id
        and items.office_code = shares_before.office_code
        and items.accepted_on = shares_before.accepted_on
)

{{ risk_indicator('unusual_office') }}
