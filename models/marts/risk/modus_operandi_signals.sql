-- The trends of offending in the words of their readers: what is new, what grows, what goes on as before.
with trends as (
    select
        trends.*,
        case
            when trends.is_growing then 'growing'
            when trends.is_new then 'new'
            when trends.is_growing is not null then 'usual'
            else 'untested'
        end as trend,
        case
            when {{ day_before(months_later('trends.quarter_on', '3')) }} <= sources.as_of_on then trends.quarter_on
        end as whole_quarter_on
    from {{ ref('modus_operandi_trends') }} as trends
    inner join {{ ref('dim_source') }} as sources
        on trends.source_system = sources.source_system
)

select
    trends.source_system,
    trends.quarter_on,
    trends.trait_type,
    trends.whole,
    trends.trait,
    coalesce(
        trends.whole_quarter_on = max(trends.whole_quarter_on) over (partition by trends.source_system), false
    ) as is_latest_quarter,
    names.whole_shown,
    names.trait_shown,
    words.symbol || ' ' || words.word as trend_shown,
    words.sort_order as trend_order,
    trends.events,
    trends.events_before,
    trends.growth,
    trends.growth_lower,
    trends.growth_upper,
    trends.q_value,
    trends.reason
from trends
inner join {{ ref('int_traits_named') }} as names
    on trends.source_system = names.source_system
    and trends.trait_type = names.trait_type
    and trends.whole = names.whole
    and trends.trait = names.trait
inner join {{ ref('status_words') }} as words
    on trends.trend = words.status
    and words.about = 'trend'
