{{ config(materialized='mined') }}

-- What a kilogram of each commodity usually costs: of all that was accepted until learning ended, whatever the regime.
with settings as (
    select {{ setting_named('fewest_prices') }} as fewest_prices
    from {{ ref('candidate_rule_settings') }}
),

priced as (
    select items.*
    from {{ ref('int_risk_items') }} as items
    inner join {{ ref('int_mining_due') }} as mining
        on items.source_system = mining.source_system
        and items.accepted_on <= mining.learned_until
    where items.log_unit_value is not null
)

select
    source_system,
    hs6,
    {{ median_of('log_unit_value') }} as median_log,
    {{ median_deviation_of('log_unit_value') }} as deviation_log
from priced
group by source_system, hs6
having count(*) >= (select settings.fewest_prices from settings)
