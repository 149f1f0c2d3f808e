-- An operator that keeps amending after the channel is assigned, as if it waited to see whether anyone would look. Only
-- amendments lodged before the day of acceptance count: what happens to this declaration later was not known then.
with items as (
    {{ items_due() }}
),

all_items as (
    select * from {{ ref('int_risk_items') }}
),

parameters as (
    {{ indicator_parameters('repeated_amendments', ['look_back_days', 'least_amendments', 'least_share']) }}
),

amended as (
    select distinct
        versions.source_system,
        {{ trader_id('versions') }} as trader_id,
        versions.declaration_id,
        {{ local_day('versions.version_lodged_at', 'declarations.time_zone') }} as amended_on
    from {{ ref('int_declarations_unioned') }} as versions
    inner join {{ ref('int_declarations_collapsed') }} as declarations
        on versions.source_system = declarations.source_system
        and versions.declaration_id = declarations.declaration_id
    where versions.version > 1 and versions.version_lodged_at > declarations.accepted_at
),

trader_days as (
    select
        source_system,
        trader_id,
        accepted_on,
        count(distinct declaration_id) as declarations
    from all_items
    where trader_id is not null
    group by source_system, trader_id, accepted_on
),

days as (
    select distinct
        source_system,
        trader_id,
        accepted_on
    from items
),

amendments as (
    select
        days.source_system,
        days.trader_id,
        days.accepted_on,
        count(distinct amended.declaration_id) as amendments
    from days
    cross join parameters
    inner join amended
        on days.source_system = amended.source_system
        and days.trader_id = amended.trader_id
        and days.accepted_on > amended.amended_on
        and amended.amended_on >= {{ days_later('days.accepted_on', '-parameters.look_back_days') }}
    group by days.source_system, days.trader_id, days.accepted_on
),

volumes as (
    select
        amendments.source_system,
        amendments.trader_id,
        amendments.accepted_on,
        amendments.amendments,
        sum(earlier.declarations) as declarations
    from amendments
    cross join parameters
    inner join trader_days as earlier
        on amendments.source_system = earlier.source_system
        and amendments.trader_id = earlier.trader_id
        and amendments.accepted_on > earlier.accepted_on
        and earlier.accepted_on >= {{ days_later('amendments.accepted_on', '-parameters.look_back_days') }}
    where amendments.amendments >= parameters.least_amendments
    group by amendments.source_system, amendments.trader_id, amendments.accepted_on, amendments.amendments
),

versioned as (
    select source_system from {{ ref('int_declarations_collapsed') }}
    group by source_system
    having max(version) > 1
),

judged as (
    select
        items.item_key,
        items.trader_id is not null and versioned.source_system is not null as is_applicable,
        volumes.amendments >= parameters.least_share * volumes.declarations as is_hit,
        1.0 as score,
        'Operator amended ' || {{ said('volumes.amendments') }} || ' declarations after their channel was assigned, '
        || 'and made '
        || {{ said('volumes.declarations') }} as evidence
    from items
    cross join parameters
    left join versioned
        on items.source_system = versioned.source_system
    left join volumes
        on items.source_system = volumes.source_system
        and items.trader_id = volumes.trader_id
        and items.accepted_on = volumes.accepted_on
)

{{ risk_indicator('repeated_amendments') }}
