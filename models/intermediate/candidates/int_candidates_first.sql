{{ config(materialized='mined') }}

-- Candidates less those that are met by nearly the same items as a surer one, whatever they were mined for: a reader
-- takes the two for one.
with settings as (
    select {{ setting_named('nearly_same_share') }} as nearly_same_share
    from {{ ref('candidate_rule_settings') }}
),

sized as (
    select
        candidate_id,
        tested_item_id,
        count(*) over (partition by candidate_id) as items
    from {{ ref('int_candidates_tested') }}
    where is_learned
),

overlapping as (
    select
        sized.candidate_id,
        count(*) as shared,
        max(sized.items) + max(surer.items) - count(*) as met_by_either
    from sized
    inner join sized as surer
        on sized.tested_item_id = surer.tested_item_id
        and sized.candidate_id > surer.candidate_id
    group by sized.candidate_id, surer.candidate_id
),

repeated as (
    select distinct overlapping.candidate_id
    from overlapping
    cross join settings
    where overlapping.shared >= settings.nearly_same_share * overlapping.met_by_either
)

select candidates.*
from {{ ref('int_candidates_telling') }} as candidates
left join repeated
    on candidates.candidate_id = repeated.candidate_id
where repeated.candidate_id is null
