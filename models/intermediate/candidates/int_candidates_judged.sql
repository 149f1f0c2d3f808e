{{ config(materialized='table') }}

-- What each candidate found in both times, and what the time of confirming says of it. Learning alone decides what is
-- listed; confirming only judges it. Too few inspections, or too few hits beyond chance, leave it open.
with settings as (
    select
        {{ setting_named('fewest_inspections') }} as fewest_inspections,
        {{ setting_named('fewest_confirm_hits') }} as fewest_confirm_hits,
        {{ setting_named('highest_confirm_p') }} as highest_confirm_p
    from {{ ref('candidate_rule_settings') }}
),

met as (
    select
        candidates.source_system,
        candidates.candidate_id,
        candidates.target,
        tested.tested_item_id
    from {{ ref('int_candidates_first') }} as candidates
    inner join {{ ref('int_candidates_tested') }} as tested
        on candidates.candidate_id = tested.candidate_id
),

found as (
    select
        met.source_system,
        met.candidate_id,
        count(distinct case when items.is_learned then items.declaration_id end) as learned_inspected,
        count(distinct case when items.is_learned then hits.declaration_id end) as learned_declarations_hit,
        count(distinct case when not items.is_learned then items.declaration_id end) as confirmed_inspected,
        count(distinct case when not items.is_learned then hits.declaration_id end) as confirmed_declarations_hit,
        coalesce(sum(case when not items.is_learned then hits.hit_weight end), 0) as confirmed_hits,
        coalesce(round(sum(case when not items.is_learned then items.weight * rates.hit_rate end), 6), 0)
            as confirmed_expected_hits
    from met
    inner join {{ ref('int_items_inspected') }} as items
        on met.tested_item_id = items.tested_item_id
    inner join {{ ref('int_target_rates') }} as rates
        on items.source_system = rates.source_system
        and met.target = rates.target
        and items.is_learned = rates.is_learned
        and items.stratum = rates.stratum
    left join {{ ref('int_target_hits') }} as hits
        on met.target = hits.target
        and met.tested_item_id = hits.tested_item_id
    group by met.source_system, met.candidate_id
),

tailed as (
    select
        *,
        {{ poisson_tail(whole_hits('confirmed_hits'), 'confirmed_expected_hits') }} as confirm_p_value
    from found
)

select
    candidates.*,
    tailed.learned_inspected,
    tailed.learned_declarations_hit,
    tailed.confirmed_inspected,
    tailed.confirmed_declarations_hit,
    tailed.confirmed_hits,
    tailed.confirmed_expected_hits,
    tailed.confirm_p_value,
    case
        when
            tailed.confirm_p_value <= settings.highest_confirm_p
            and {{ whole_hits('tailed.confirmed_hits') }} >= settings.fewest_confirm_hits
            then 'confirmed'
        when
            tailed.confirm_p_value <= settings.highest_confirm_p
            or tailed.confirmed_inspected < settings.fewest_inspections
            then 'open'
        else 'not confirmed'
    end as verdict
from {{ ref('int_candidates_first') }} as candidates
inner join tailed
    on candidates.candidate_id = tailed.candidate_id
cross join settings
