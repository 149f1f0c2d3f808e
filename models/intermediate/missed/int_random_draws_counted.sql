{{ config(materialized='table') }}

-- The random draw in numbers: by quarter, office, regime, channel before the draw and probability used.
-- The simulation of docs/missed-risk.md puts its made-up years in the place of this model.
select
    source_system,
    quarter_on,
    office_code,
    regime,
    channel_before,
    random_probability,
    count(*) filter (where is_in_frame) as frame_declarations,
    count(*) filter (where is_drawn) as drawn,
    count(*) filter (where is_inspected) as inspected,
    count(*) filter (where is_hit) as hits,
    count(*) filter (where is_formal_only) as formal_hits,
    count(*) filter (where is_found) as found,
    case
        when count(is_uninspected_outside) > 0 then count(*) filter (where is_uninspected_outside)
    end as uninspected_outside
from {{ ref('int_random_draws_judged') }}
group by source_system, quarter_on, office_code, regime, channel_before, random_probability
