-- The work each candidate would make: how many declarations met it in the time of confirming, how many of them an
-- active rule or the model took already, and how many were inspected.
with recent as (
    select
        met.source_system,
        met.declaration_id,
        met.trait_type,
        met.trait
    from {{ ref('int_conditions_met') }} as met
    inner join {{ ref('int_candidate_phases') }} as phases
        on met.source_system = phases.source_system
        and met.accepted_on > phases.learned_until
),

met as (
    select
        candidates.source_system,
        candidates.trait_type,
        candidates.trait,
        candidates.other_trait_type,
        candidates.other_trait,
        recent.declaration_id
    from {{ ref('int_conditions_judged') }} as candidates
    inner join recent
        on candidates.source_system = recent.source_system
        and candidates.trait_type = recent.trait_type
        and candidates.trait = recent.trait
    left join recent as others
        on candidates.source_system = others.source_system
        and candidates.other_trait_type = others.trait_type
        and candidates.other_trait = others.trait
        and recent.declaration_id = others.declaration_id
    where candidates.other_trait is null or others.declaration_id is not null
)

select
    met.source_system,
    met.trait_type,
    met.trait,
    met.other_trait_type,
    met.other_trait,
    count(*) as declarations,
    count(*) filter (where declarations.is_risk_selected) as declarations_selected,
    count(*) filter (where declarations.was_inspected) as declarations_inspected
from met
inner join {{ ref('fct_declarations') }} as declarations
    on met.source_system = declarations.source_system
    and met.declaration_id = declarations.declaration_id
group by met.source_system, met.trait_type, met.trait, met.other_trait_type, met.other_trait
