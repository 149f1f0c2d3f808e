-- What is new and what is growing. Growing is judged against its whole: a concealment of drugs grows if it takes a
-- larger part of drug seizures than in the four quarters before, whatever the season does to all of them. Of a list
-- of hundreds some grow by chance: the q-value says how many of those called growing to expect there.
with compared as (
    select * from {{ ref('int_traits_compared') }}
),

settings as (
    select
        {{ setting_named('new_quarters') }} as new_quarters,
        {{ setting_named('fewest_events') }} as fewest_events,
        {{ setting_named('highest_q_value') }} as highest_q_value
    from {{ ref('trend_settings') }}
),

shared as (
    select
        compared.*,
        case
            when compared.has_four_quarters_before
                then
                    compared.whole_events
                    / cast(nullif(compared.whole_events + compared.whole_events_before, 0) as double)
        end as share_by_chance
    from compared
),

-- Rare traits are in no list: they could not be called growing, and would make the others harder to call.
tested as (
    select
        shared.*,
        case
            when shared.events + shared.events_before >= settings.fewest_events and shared.share_by_chance is not null
                then {{ binomial_tail('events', '(events + events_before)', 'share_by_chance') }}
        end as p_value
    from shared
    cross join settings
),

listed as (
    {{ with_q_values('tested', 'p_value', within=['source_system', 'quarter_on', 'trait_type']) }}
),

rated as (
    select
        *,
        share_by_chance / nullif(1 - share_by_chance, 0) as odds_by_chance,
        {{ beta_lower('events', 'events_before + 1') }} as lower_share,
        {{ beta_upper('events + 1', 'events_before') }} as upper_share
    from listed
)

select
    rated.source_system,
    rated.quarter_on,
    rated.trait_type,
    rated.whole,
    rated.trait,
    rated.events,
    case when rated.has_four_quarters_before then rated.events_before end as events_before,
    rated.whole_events,
    case when rated.has_four_quarters_before then rated.whole_events_before end as whole_events_before,
    round(rated.events / cast(nullif(rated.events_before, 0) as double) / nullif(rated.odds_by_chance, 0), 6) as growth,
    case
        when rated.p_value is null then null
        when rated.events = 0 then 0
        else round(rated.lower_share / (1 - rated.lower_share) / rated.odds_by_chance, 6)
    end as growth_lower,
    case
        when rated.p_value is not null and rated.events_before > 0
            then round(rated.upper_share / (1 - rated.upper_share) / rated.odds_by_chance, 6)
    end as growth_upper,
    round(rated.p_value, 6) as p_value,
    round(rated.q_value, 6) as q_value,
    case
        when rated.has_four_quarters_before
            then
                rated.events > 0
                and rated.first_quarter_on > {{ months_later('rated.quarter_on', '-3 * settings.new_quarters') }}
    end as is_new,
    case when rated.p_value is not null then round(rated.q_value, 6) <= settings.highest_q_value end as is_growing,
    case
        when not rated.has_four_quarters_before then 'The four quarters before are not all in the data'
        when rated.p_value is null then 'Too few to tell growth from chance'
    end as reason,
    rated.first_quarter_on
from rated
cross join settings
