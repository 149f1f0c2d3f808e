{{ config(materialized='table') }}

-- Who has only just begun: no record, good or bad, to go by. The register knows when an operator was entered; one it
-- does not hold began with its first declaration, which the first months of a source cannot tell from earlier ones.
with items as (
    {{ items_due() }}
),

all_items as (
    select * from {{ ref('int_risk_items') }}
),

parameters as (
    {{ indicator_parameters('new_operator', ['new_days']) }}
),

begun as (
    select * from {{ ref('int_operators_begun') }}
),

first_days as (
    select
        source_system,
        min(accepted_on) as first_on
    from all_items
    group by source_system
),

judged as (
    select
        items.item_key,
        begun.first_on is not null
        and (
            begun.is_registered
            or {{ days_between('first_days.first_on', 'items.accepted_on') }} >= parameters.new_days
        ) as is_applicable,
        {{ days_between('begun.first_on', 'items.accepted_on') }} < parameters.new_days as is_hit,
        1.0 as score,
        'Operator new for ' || {{ said(days_between('begun.first_on', 'items.accepted_on')) }} || ' days' as evidence
    from items
    inner join first_days
        on items.source_system = first_days.source_system
    cross join parameters
    left join begun
        on items.source_system = begun.source_system
        and items.trader_id = begun.operator_id
)

{{ risk_indicator('new_operator') }}
