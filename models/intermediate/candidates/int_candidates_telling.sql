{{ config(materialized='mined') }}

-- Candidates that say something of their own: each hit of learning is accounted for by the few surest candidates of its
-- target that it meets, and one that accounts for too few, or too small a share of all, is left out. The time of
-- confirming has no part in this.
with settings as (
    select
        {{ setting_named('accounts_of_a_hit') }} as accounts_of_a_hit,
        {{ setting_named('fewest_first_hits') }} as fewest_first_hits,
        {{ setting_named('least_first_share') }} as least_first_share
    from {{ ref('candidate_rule_settings') }}
),

hits as (
    select * from {{ ref('int_target_hits') }}
    where is_learned
),

told as (
    select distinct
        hits.tested_item_id,
        met.condition_id as trait_id
    from hits
    inner join {{ ref('int_conditions_met_one') }} as met
        on hits.tested_item_id = met.tested_item_id
),

met as (
    {{ candidates_met(ref('int_candidates_listed'), 'told', ['tested_item_id']) }}
),

accounting as (
    select
        hits.source_system,
        hits.target,
        hits.hit_weight,
        met.candidate_id,
        row_number() over (
            partition by hits.source_system, hits.target, hits.tested_item_id order by met.candidate_id asc
        ) as place
    from met
    inner join {{ ref('int_candidates_listed') }} as candidates
        on met.candidate_id = candidates.candidate_id
    inner join hits
        on met.tested_item_id = hits.tested_item_id
        and candidates.target = hits.target
),

own as (
    select
        accounting.source_system,
        accounting.target,
        accounting.candidate_id,
        sum(accounting.hit_weight) as hits
    from accounting
    cross join settings
    where accounting.place <= settings.accounts_of_a_hit
    group by accounting.source_system, accounting.target, accounting.candidate_id
),

found as (
    select
        source_system,
        target,
        sum(hit_weight) as hits
    from hits
    group by source_system, target
)

select candidates.*
from {{ ref('int_candidates_listed') }} as candidates
inner join own
    on candidates.candidate_id = own.candidate_id
inner join found
    on own.source_system = found.source_system
    and own.target = found.target
cross join settings
where
    {{ whole_hits('own.hits') }} >= settings.fewest_first_hits
    and own.hits >= settings.least_first_share * found.hits
