-- Each trait in each quarter, met or not, beside the four quarters before: how often, when first met, and how many of
-- its whole there were then and now.
with met as (
    select * from {{ ref('int_traits_met') }}
),

wholes as (
    select
        source_system,
        quarter_on,
        trait_type,
        whole,
        cast(sum(events) as bigint) as whole_events
    from met
    group by source_system, quarter_on, trait_type, whole
),

wholes_before as (
    select
        wholes.source_system,
        wholes.quarter_on,
        wholes.trait_type,
        wholes.whole,
        cast(sum(earlier.whole_events) as bigint) as whole_events_before
    from wholes
    inner join wholes as earlier
        on wholes.source_system = earlier.source_system
        and wholes.trait_type = earlier.trait_type
        and wholes.whole = earlier.whole
        and wholes.quarter_on > earlier.quarter_on
        and earlier.quarter_on >= {{ months_later('wholes.quarter_on', '-12') }}
    group by wholes.source_system, wholes.quarter_on, wholes.trait_type, wholes.whole
),

first_met as (
    select
        source_system,
        trait_type,
        whole,
        trait,
        min(quarter_on) as first_quarter_on
    from met
    group by source_system, trait_type, whole, trait
),

framed as (
    select
        wholes.source_system,
        wholes.quarter_on,
        wholes.trait_type,
        wholes.whole,
        first_met.trait,
        wholes.whole_events,
        wholes_before.whole_events_before,
        first_met.first_quarter_on,
        min(wholes.quarter_on) over (partition by wholes.source_system, wholes.trait_type) as data_from_on,
        coalesce(met.events, 0) as events
    from wholes
    inner join first_met
        on wholes.source_system = first_met.source_system
        and wholes.trait_type = first_met.trait_type
        and wholes.whole = first_met.whole
        and wholes.quarter_on >= first_met.first_quarter_on
    left join wholes_before
        on wholes.source_system = wholes_before.source_system
        and wholes.quarter_on = wholes_before.quarter_on
        and wholes.trait_type = wholes_before.trait_type
        and wholes.whole = wholes_before.whole
    left join met
        on first_met.source_system = met.source_system
        and first_met.trait_type = met.trait_type
        and first_met.whole = met.whole
        and first_met.trait = met.trait
        and wholes.quarter_on = met.quarter_on
)

select
    framed.source_system,
    framed.quarter_on,
    framed.trait_type,
    framed.whole,
    framed.trait,
    framed.events,
    framed.whole_events,
    framed.first_quarter_on,
    framed.data_from_on,
    coalesce(cast(sum(before.events) as bigint), 0) as events_before,
    framed.whole_events_before,
    {{ months_later('framed.quarter_on', '-12') }} >= framed.data_from_on as has_four_quarters_before
from framed
left join met as before
    on framed.source_system = before.source_system
    and framed.trait_type = before.trait_type
    and framed.whole = before.whole
    and framed.trait = before.trait
    and framed.quarter_on > before.quarter_on
    and before.quarter_on >= {{ months_later('framed.quarter_on', '-12') }}
group by
    framed.source_system,
    framed.quarter_on,
    framed.trait_type,
    framed.whole,
    framed.trait,
    framed.events,
    framed.whole_events,
    framed.whole_events_before,
    framed.first_quarter_on,
    framed.data_from_on
