-- Every condition of one trait or two that inspected declarations met: what was inspected, what was found, and what
-- inspections as deep and as chosen find on average, in the time of learning and in that of confirming.
with tested as (
    select
        tested.source_system,
        tested.declaration_id,
        tested.selection_basis,
        cast(tested.is_hit as integer) as hit,
        cast(coalesce(tested.is_security_hit, false) as integer) as security_hit,
        tested.result_on <= phases.learned_until as is_learned,
        avg(cast(tested.is_hit as integer)) over (
            partition by
                tested.source_system, tested.result_on <= phases.learned_until, tested.selection_basis, tested.depth
        ) as expected
    from {{ ref('int_declarations_tested') }} as tested
    inner join {{ ref('int_candidate_phases') }} as phases
        on tested.source_system = phases.source_system
        and tested.result_on > phases.learned_after
),

described as (
    select
        tested.*,
        met.trait_type,
        met.trait,
        kinds.contained_in
    from tested
    inner join {{ ref('int_conditions_met') }} as met
        on tested.source_system = met.source_system
        and tested.declaration_id = met.declaration_id
    inner join {{ ref('condition_traits') }} as kinds
        on met.trait_type = kinds.trait_type
),

conditions as (
    select
        described.*,
        cast(null as varchar) as other_trait_type,
        cast(null as varchar) as other_trait
    from described

    union all

    -- Each pair once: the first in the order of names, and not what one of the two says already.
    select
        described.*,
        others.trait_type as other_trait_type,
        others.trait as other_trait
    from described
    inner join described as others
        on described.source_system = others.source_system
        and described.declaration_id = others.declaration_id
        and described.selection_basis = others.selection_basis
        and (
            described.trait_type < others.trait_type
            or (described.trait_type = others.trait_type and described.trait < others.trait)
        )
        and coalesce(described.contained_in, '') <> others.trait_type
        and coalesce(others.contained_in, '') <> described.trait_type
)

select
    source_system,
    trait_type,
    trait,
    other_trait_type,
    other_trait,
    count(*) filter (where is_learned) as learned_inspected,
    coalesce(sum(hit) filter (where is_learned), 0) as learned_hits,
    sum(expected) filter (where is_learned) as learned_expected_hits,
    count(*) filter (where not is_learned) as confirmed_inspected,
    coalesce(sum(hit) filter (where not is_learned), 0) as confirmed_hits,
    sum(expected) filter (where not is_learned) as confirmed_expected_hits,
    sum(security_hit) as security_hits
from conditions
group by source_system, trait_type, trait, other_trait_type, other_trait
