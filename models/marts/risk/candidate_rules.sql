-- Conditions worth trying as a rule: learned from one year of inspections, judged by the half year after. Best
-- confirmed first; what the later time does not bear out stays in the list and says so.
with judged as (
    select * from {{ ref('int_conditions_judged') }}
),

worded as (
    select
        judged.*,
        coalesce(names.condition_words, kinds.trait_words || ' ' || judged.trait) as words,
        coalesce(others.condition_words, other_kinds.trait_words || ' ' || judged.other_trait) as other_words
    from judged
    inner join {{ ref('condition_traits') }} as kinds
        on judged.trait_type = kinds.trait_type
    left join {{ ref('condition_traits') }} as other_kinds
        on judged.other_trait_type = other_kinds.trait_type
    left join {{ ref('int_condition_traits_named') }} as names
        on judged.source_system = names.source_system
        and judged.trait_type = names.trait_type
        and judged.trait = names.trait
    left join {{ ref('int_condition_traits_named') }} as others
        on judged.source_system = others.source_system
        and judged.other_trait_type = others.trait_type
        and judged.other_trait = others.trait
)

select
    worded.source_system,
    worded.trait_type,
    worded.trait,
    coalesce(worded.other_trait_type, '') as other_trait_type,
    coalesce(worded.other_trait, '') as other_trait,
    worded.words || coalesce(' and ' || worded.other_words, '') as condition_shown,
    worded.verdict,
    row_number() over (
        partition by worded.source_system
        order by
            worded.verdict = 'confirmed' desc,
            worded.verdict = 'open' desc,
            {{ count_lower('worded.confirmed_hits') }} / nullif(worded.confirmed_expected_hits, 0) desc nulls last,
            worded.q_value asc,
            worded.trait_type asc,
            worded.trait asc,
            worded.other_trait_type asc,
            worded.other_trait asc
    ) as candidate_rank,
    worded.learned_inspected,
    cast(worded.learned_hits as bigint) as learned_hits,
    round(worded.learned_hits / worded.learned_expected_hits, 6) as learned_ratio,
    round(worded.p_value, 6) as p_value,
    round(worded.q_value, 6) as q_value,
    worded.confirmed_inspected,
    cast(worded.confirmed_hits as bigint) as confirmed_hits,
    round(worded.confirmed_expected_hits, 6) as confirmed_expected_hits,
    round(worded.confirmed_hits / cast(nullif(worded.confirmed_inspected, 0) as double), 6) as confirmed_hit_rate,
    round({{ wilson_lower('worded.confirmed_hits', 'worded.confirmed_inspected') }}, 6) as confirmed_hit_rate_lower,
    round({{ wilson_upper('worded.confirmed_hits', 'worded.confirmed_inspected') }}, 6) as confirmed_hit_rate_upper,
    round(worded.confirmed_hits / nullif(worded.confirmed_expected_hits, 0), 6) as confirmed_ratio,
    round({{ count_lower('worded.confirmed_hits') }} / nullif(worded.confirmed_expected_hits, 0), 6)
        as confirmed_ratio_lower,
    round({{ count_upper('worded.confirmed_hits') }} / nullif(worded.confirmed_expected_hits, 0), 6)
        as confirmed_ratio_upper,
    round(worded.confirm_p_value, 6) as confirm_p_value,
    cast(worded.security_hits as bigint) as security_hits,
    round(coalesce(loads.declarations, 0) / phases.confirm_months, 6) as declarations_per_month,
    round(loads.declarations_selected / cast(loads.declarations as double), 6) as overlap_share,
    round(loads.declarations_inspected / cast(loads.declarations as double), 6) as inspected_share,
    phases.learned_until as learned_until_on,
    phases.confirmed_until as confirmed_until_on
from worded
inner join {{ ref('int_candidate_phases') }} as phases
    on worded.source_system = phases.source_system
left join {{ ref('int_candidates_loaded') }} as loads
    on worded.source_system = loads.source_system
    and worded.trait_type = loads.trait_type
    and worded.trait = loads.trait
    and worded.other_trait_type is not distinct from loads.other_trait_type
    and worded.other_trait is not distinct from loads.other_trait
