-- How many items of the trade an item inspected in some way stands for, while learning: one chosen for a reason for
-- itself alone, one drawn at random for its share of all the others.
with inspected as (
    select
        source_system,
        stratum,
        selection_basis,
        sum(weight) as inspected
    from {{ ref('int_items_inspected') }}
    where is_learned
    group by source_system, stratum, selection_basis
),

declared as (
    select
        traits.source_system,
        count(distinct traits.declaration_id) as declarations
    from {{ ref('item_traits') }} as traits
    inner join {{ ref('int_candidate_phases') }} as phases
        on traits.source_system = phases.source_system
        and traits.accepted_on <= phases.learned_until
    group by traits.source_system
),

summed as (
    select
        source_system,
        sum(case when selection_basis = 'random' then inspected end) as drawn,
        sum(case when selection_basis <> 'random' then inspected else 0 end) as chosen
    from inspected
    group by source_system
)

select
    inspected.source_system,
    inspected.stratum,
    case
        when inspected.selection_basis = 'random'
            then greatest((declared.declarations - summed.chosen) / summed.drawn, 1)
        else 1
    end as stands_for
from inspected
inner join declared
    on inspected.source_system = declared.source_system
inner join summed
    on inspected.source_system = summed.source_system
