-- Conditions worth trying as a rule: learned from one year of inspections, judged by the half year after. Best
-- confirmed first; what the later time does not bear out stays in the list and says so.
with judged as (
    select * from {{ ref('int_candidates_judged') }}
),

limited as (
    select
        *,
        greatest({{ count_lower('confirmed_hits') }}, 0) / nullif(confirmed_expected_hits, 0) as confirmed_lift_lower,
        {{ count_upper('confirmed_hits') }} / nullif(confirmed_expected_hits, 0) as confirmed_lift_upper
    from judged
)

select
    limited.source_system,
    limited.target,
    worded.condition_sql,
    worded.condition_shown,
    coalesce(
        categories.category_name,
        case limited.target
            when 'any' then 'Any offence'
            else upper(left(limited.target, 1)) || {{ in_words('substr(limited.target, 2)') }}
        end
    ) as target_name,
    limited.target = 'safety_and_security' or coalesce(categories.category_group = 'safety_and_security', false)
        as is_security_target,
    cast(limited.traits as integer) as traits,
    limited.verdict,
    row_number() over (
        partition by limited.source_system
        order by
            limited.verdict = 'confirmed' desc,
            limited.verdict = 'open' desc,
            round(limited.confirmed_lift_lower, 6) desc nulls last,
            limited.candidate_id asc
    ) as candidate_rank,
    limited.questions,
    limited.learned_inspected,
    limited.learned_declarations_hit as learned_hits,
    round(limited.hits / limited.expected_hits, 6) as learned_lift,
    round(limited.p_value, 6) as p_value,
    round(limited.q_value, 6) as q_value,
    limited.confirmed_inspected,
    limited.confirmed_declarations_hit as confirmed_hits,
    round(limited.confirmed_declarations_hit / cast(nullif(limited.confirmed_inspected, 0) as double), 6)
        as confirmed_hit_rate,
    round({{ wilson_lower('limited.confirmed_declarations_hit', 'limited.confirmed_inspected') }}, 6)
        as confirmed_hit_rate_lower,
    round({{ wilson_upper('limited.confirmed_declarations_hit', 'limited.confirmed_inspected') }}, 6)
        as confirmed_hit_rate_upper,
    round(limited.confirmed_expected_hits, 6) as confirmed_expected_hits,
    round(limited.confirmed_hits / nullif(limited.confirmed_expected_hits, 0), 6) as confirmed_lift,
    round(limited.confirmed_lift_lower, 6) as confirmed_lift_lower,
    round(limited.confirmed_lift_upper, 6) as confirmed_lift_upper,
    round(limited.confirm_p_value, 6) as confirm_p_value,
    coalesce(loads.declarations, 0) as declarations,
    round(coalesce(loads.declarations, 0) / phases.confirm_months, 6) as declarations_per_month,
    round(loads.declarations_selected / cast(loads.declarations as double), 6) as overlap_share,
    round(loads.declarations_inspected / cast(loads.declarations as double), 6) as inspected_share,
    coalesce(missed.random_inspected, 0) as random_inspected,
    coalesce(missed.random_hits, 0) as random_hits,
    round(missed.missed_offences, 6) as missed_offences,
    round(missed.missed_lower, 6) as missed_lower,
    round(missed.missed_upper, 6) as missed_upper,
    case when missed.candidate_id is null then 'no random draw reached it' else missed.reason end as missed_reason,
    phases.learned_until as learned_until_on,
    phases.confirmed_until as confirmed_until_on
from limited
inner join {{ ref('int_candidates_worded') }} as worded
    on limited.candidate_id = worded.candidate_id
inner join {{ ref('int_candidate_phases') }} as phases
    on limited.source_system = phases.source_system
left join {{ ref('int_candidates_loaded') }} as loads
    on limited.candidate_id = loads.candidate_id
left join {{ ref('int_candidates_missed') }} as missed
    on limited.candidate_id = missed.candidate_id
left join {{ ref('seizure_categories') }} as categories
    on limited.target = categories.category_code
