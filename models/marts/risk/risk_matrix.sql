-- Risk against effort. Levels come from seeds, so that they can be argued with; the estimate stands beside them.
-- A risk that random inspections have hardly met has the level that experts give, else none.
with risks as (
    select * from {{ ref('int_risks_registered') }}
),

likelihoods as (
    select * from {{ ref('int_risk_likelihoods') }}
),

settings as (
    select
        max(case when setting = 'under_treated_below' then value end) as under_treated_below,
        max(case when setting = 'over_treated_above' then value end) as over_treated_above,
        max(case when setting = 'fewest_random_hits' then value end) as fewest_random_hits,
        max(case when setting = 'review_months' then value end) as review_months
    from {{ ref('risk_matrix_settings') }}
),

based as (
    select
        risks.*,
        latest.frame_declarations,
        latest.inspected as random_inspections,
        latest.hits as random_hits,
        latest.rate,
        latest.rate_lower,
        latest.rate_upper,
        previous.rate as rate_before,
        experts.likelihood_level as expert_level,
        case
            when latest.hits >= settings.fewest_random_hits then 'random inspections'
            when experts.likelihood_level is not null then 'expert'
            else 'not estimable'
        end as likelihood_basis
    from risks
    cross join settings
    left join likelihoods as latest
        on risks.source_system = latest.source_system
        and risks.offence_key = latest.offence_key
        and latest.year_back = 1
    left join likelihoods as previous
        on risks.source_system = previous.source_system
        and risks.offence_key = previous.offence_key
        and previous.year_back = 2
    left join {{ ref('expert_likelihoods') }} as experts
        on risks.source_system = experts.source_system
        and risks.risk_code = experts.risk_code
),

levelled as (
    select
        based.*,
        case
            when based.likelihood_basis = 'expert' then based.expert_level
            when based.likelihood_basis = 'random inspections'
                then (
                    select max(bands.likelihood_level)
                    from {{ ref('likelihood_bands') }} as bands
                    where based.rate >= bands.rate_from
                )
        end as likelihood_level
    from based
),

weighed as (
    select
        levelled.*,
        levels.risk_level,
        levels.risk_weight,
        treatments.active_rules,
        treatments.inspections,
        treatments.hits,
        treatments.seizures,
        levels.risk_weight / nullif(sum(levels.risk_weight) over source, 0) as risk_share,
        treatments.inspections / cast(levelled.risks_of_treatment as double)
        / nullif(sum(treatments.inspections / cast(levelled.risks_of_treatment as double)) over source, 0)
            as effort_share
    from levelled
    inner join {{ ref('int_risk_treatments') }} as treatments
        on levelled.source_system = treatments.source_system
        and levelled.treatment_key = treatments.treatment_key
    left join {{ ref('risk_levels') }} as levels
        on levelled.likelihood_level = levels.likelihood_level
        and levelled.consequence = levels.consequence
    window source as (partition by levelled.source_system)
)

select
    weighed.source_system,
    weighed.risk_code,
    weighed.version,
    weighed.name as risk_name,
    weighed.category_code,
    weighed.offence_type,
    weighed.objective_code,
    weighed.legal_basis_code,
    weighed.owner,
    weighed.treatment,
    weighed.likelihood_basis,
    weighed.frame_declarations,
    weighed.random_inspections,
    weighed.random_hits,
    round(case when weighed.random_hits > 0 then weighed.rate end, 6) as rate_per_1000,
    round(weighed.rate_lower, 6) as rate_per_1000_lower,
    round(weighed.rate_upper, 6) as rate_per_1000_upper,
    round(weighed.rate_before, 6) as rate_per_1000_before,
    weighed.likelihood_level,
    weighed.consequence,
    weighed.risk_level,
    weighed.risk_weight,
    case
        when weighed.risk_weight is not null
            then rank() over (partition by weighed.source_system order by weighed.risk_weight desc nulls last)
    end as risk_rank,
    cast(weighed.risks_of_offence as integer) as risks_of_offence,
    cast(weighed.risks_of_treatment as integer) as risks_of_treatment,
    weighed.active_rules,
    weighed.inspections,
    weighed.hits,
    weighed.seizures,
    round(100 * weighed.risk_share, 6) as risk_share_percent,
    round(100 * weighed.effort_share, 6) as effort_share_percent,
    case
        when weighed.risk_share is null or weighed.effort_share is null then 'not estimable'
        when weighed.effort_share < settings.under_treated_below * weighed.risk_share then 'under-treated'
        when weighed.effort_share > settings.over_treated_above * weighed.risk_share then 'over-treated'
        else 'in proportion'
    end as balance,
    nullif(concat_ws(
        '; ',
        case when weighed.objective_code is null then 'no objective' end,
        case when weighed.legal_basis_code is null then 'no legal basis' end,
        case when weighed.owner is null then 'no owner' end,
        case when weighed.active_rules = 0 then 'no rule in force' end,
        case
            when weighed.reviewed_on is null then 'never reviewed'
            when {{ months_later('weighed.reviewed_on', 'settings.review_months') }} < as_of.as_of then 'review overdue'
        end
    ), '') as gaps,
    weighed.reviewed_on
from weighed
cross join settings
inner join {{ ref('int_source_as_of') }} as as_of
    on weighed.source_system = as_of.source_system
