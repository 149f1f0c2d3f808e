{{ config(materialized='table') }}

-- Which inspected items meet each candidate, in the time of learning and in that of confirming.
with told as (
    select
        tested_item_id,
        condition_id as trait_id,
        is_learned
    from {{ ref('int_conditions_met_one') }}
)

{{ candidates_met(ref('int_candidates_telling'), 'told', ['tested_item_id', 'is_learned']) }}
