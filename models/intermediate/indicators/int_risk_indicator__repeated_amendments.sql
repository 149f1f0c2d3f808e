{{ config(materialized='table') }}

-- An operator that keeps amending after the channel is assigned, as if it waited to see whether anyone would look. Only
-- amendments lodged before the day of acceptance count: what happens to this declaration later was not known then.
with items as (
    {{ items_due() }}
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

-- A declaration counts for so many days after it, as an amended one only until it is amended once more.
spans as (
    select
        all_items.source_system,
        all_items.trader_id,
        {{ day_after('all_items.accepted_on') }} as known_from,
        {{ days_later('all_items.accepted_on', 'parameters.look_back_days + 1') }} as known_until,
        0 as amendments,
        count(distinct all_items.declaration_id) as declarations
    from {{ ref('int_risk_items') }} as all_items
    cross join parameters
    group by all_items.source_system, all_items.trader_id, all_items.accepted_on, parameters.look_back_days
    union all
    select
        amended.source_system,
        amended.trader_id,
        {{ day_after('amended.amended_on') }} as known_from,
        {{ day_after('least(lead(amended.amended_on) over again, '
            ~ days_later('amended.amended_on', 'parameters.look_back_days') ~ ')') }} as known_until,
        1 as amendments,
        0 as declarations
    from amended
    cross join parameters
    window again as (
        partition by amended.source_system, amended.trader_id, amended.declaration_id order by amended.amended_on asc
    )
),

-- What is known on a day is the sum of all that changed until then, found without looking back from each day.
changes as (
    select
        source_system,
        trader_id,
        known_from as known_on,
        amendments,
        declarations
    from spans
    union all
    select
        source_system,
        trader_id,
        known_until as known_on,
        -amendments as amendments,
        -declarations as declarations
    from spans
    union all
    select distinct
        source_system,
        trader_id,
        accepted_on as known_on,
        0 as amendments,
        0 as declarations
    from items
),

volumes as (
    select
        source_system,
        trader_id,
        known_on,
        sum(sum(amendments)) over so_far as amendments,
        sum(sum(declarations)) over so_far as declarations
    from changes
    group by source_system, trader_id, known_on
    window so_far as (partition by source_system, trader_id order by known_on asc)
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
        volumes.amendments >= parameters.least_amendments
        and volumes.declarations > 0
        and volumes.amendments >= parameters.least_share * volumes.declarations as is_hit,
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
        and items.accepted_on = volumes.known_on
)

{{ risk_indicator('repeated_amendments') }}
