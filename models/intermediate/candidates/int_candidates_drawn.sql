-- What the random draw says of each candidate, both times taken together: hits of its target among those drawn and
-- inspected, weighted by the probability of the draw and by how many of the drawn were inspected, and what was found of
-- the frame by anyone.
with hits as (
    select
        hits.source_system,
        tested.candidate_id,
        hits.declaration_id,
        bool_or(items.selection_basis = 'random') as is_random_hit
    from {{ ref('int_candidates_judged') }} as judged
    inner join {{ ref('int_candidates_tested') }} as tested
        on judged.candidate_id = tested.candidate_id
    inner join {{ ref('int_target_hits') }} as hits
        on judged.target = hits.target
        and tested.tested_item_id = hits.tested_item_id
    inner join {{ ref('int_items_inspected') }} as items
        on tested.tested_item_id = items.tested_item_id
    group by hits.source_system, tested.candidate_id, hits.declaration_id
),

drawn as (
    select
        met.source_system,
        met.candidate_id,
        draws.is_drawn,
        draws.is_inspected,
        draws.random_probability,
        draws.is_inspected and coalesce(hits.is_random_hit, false) as is_hit,
        hits.declaration_id is not null as is_found
    from {{ ref('int_candidates_declared') }} as met
    inner join {{ ref('int_random_draws_judged') }} as draws
        on met.source_system = draws.source_system
        and met.declaration_id = draws.declaration_id
    left join hits
        on met.candidate_id = hits.candidate_id
        and met.source_system = hits.source_system
        and met.declaration_id = hits.declaration_id
    where draws.is_in_frame
),

done as (
    select
        source_system,
        candidate_id,
        count(*) filter (where is_drawn) as drawn,
        count(*) filter (where is_inspected) as inspected,
        count(*) filter (where is_inspected) / cast(nullif(count(*) filter (where is_drawn), 0) as double)
            as inspected_share
    from drawn
    group by source_system, candidate_id
)

select
    drawn.source_system,
    drawn.candidate_id,
    max(done.drawn) as drawn,
    max(done.inspected) as inspected,
    count(*) filter (where drawn.is_hit) as hits,
    count(*) filter (where drawn.is_found) as found,
    coalesce(sum(1 / (drawn.random_probability * done.inspected_share)) filter (where drawn.is_hit), 0)
        as weighted_hits,
    coalesce(sum(
        (1 - drawn.random_probability * done.inspected_share)
        / power(drawn.random_probability * done.inspected_share, 2)
    ) filter (where drawn.is_hit), 0) as variance,
    avg(1 / (drawn.random_probability * done.inspected_share)) filter (where drawn.is_inspected) as mean_weight
from drawn
inner join done
    on drawn.candidate_id = done.candidate_id
group by drawn.source_system, drawn.candidate_id
