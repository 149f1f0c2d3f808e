{{ config(materialized='table') }}

-- Candidates that say something of their own: each hit of learning is accounted for by the surest candidate of its
-- target that it meets, and one that accounts for too few is left out; so is one that is met by nearly the same items
-- as a surer one. The time of confirming has no part in this.
with settings as (
    select
        {{ setting_named('fewest_first_hits') }} as fewest_first_hits,
        {{ setting_named('nearly_same_share') }} as nearly_same_share
    from {{ ref('candidate_rule_settings') }}
),

learned as (
    select
        candidate_id,
        tested_item_id
    from {{ ref('int_candidates_tested') }}
    where is_learned
),

accounted as (
    select
        hits.target,
        hits.tested_item_id,
        hits.hit_weight,
        min(learned.candidate_id) as candidate_id
    from learned
    inner join {{ ref('int_candidates_listed') }} as candidates
        on learned.candidate_id = candidates.candidate_id
    inner join {{ ref('int_target_hits') }} as hits
        on learned.tested_item_id = hits.tested_item_id
        and candidates.target = hits.target
    group by hits.target, hits.tested_item_id, hits.hit_weight
),

telling as (
    select candidate_id
    from accounted
    group by candidate_id
    having sum(hit_weight) + 0.001 >= (select settings.fewest_first_hits from settings)
),

sized as (
    select
        learned.candidate_id,
        learned.tested_item_id,
        count(*) over (partition by learned.candidate_id) as items
    from learned
    inner join telling
        on learned.candidate_id = telling.candidate_id
),

repeated as (
    select distinct later.candidate_id
    from (
        select
            sized.candidate_id,
            count(*) as shared,
            max(sized.items) + max(surer.items) - count(*) as met_by_either
        from sized
        inner join sized as surer
            on sized.tested_item_id = surer.tested_item_id
            and sized.candidate_id > surer.candidate_id
        group by sized.candidate_id, surer.candidate_id
    ) as later
    cross join settings
    where later.shared >= settings.nearly_same_share * later.met_by_either
)

select telling.candidate_id
from telling
left join repeated
    on telling.candidate_id = repeated.candidate_id
where repeated.candidate_id is null
