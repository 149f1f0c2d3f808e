-- Risk against effort: the share of all risk that each risk is, beside the share of all inspections it gets.
with assessed as (
    select * from {{ ref('int_risks_assessed') }}
),

settings as (
    select
        {{ setting_named('under_treated_below') }} as under_treated_below,
        {{ setting_named('over_treated_above') }} as over_treated_above,
        {{ setting_named('review_months') }} as review_months
    from {{ ref('risk_matrix_settings') }}
),

weighed as (
    select
        assessed.*,
        treatments.active_rules,
        treatments.inspections,
        treatments.hits,
        treatments.seizures,
        assessed.risk_weight / nullif(sum(assessed.risk_weight) over source, 0) as risk_share,
        treatments.inspections / cast(assessed.risks_of_treatment as double)
        / nullif(sum(treatments.inspections / cast(assessed.risks_of_treatment as double)) over source, 0)
            as effort_share
    from assessed
    inner join {{ ref('int_risk_treatments') }} as treatments
        on assessed.source_system = treatments.source_system
        and assessed.treatment_key = treatments.treatment_key
    window source as (partition by assessed.source_system)
)

select
    weighed.source_system,
    weighed.risk_code,
    weighed.version,
    weighed.name as risk_name,
    weighed.category_code,
    categories.category_name,
    weighed.offence_type,
    weighed.objective_code,
    objectives.objective_name,
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
    bands.likelihood_name,
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
left join {{ ref('likelihood_bands') }} as bands
    on weighed.likelihood_level = bands.likelihood_level
left join {{ ref('dim_seizure_category') }} as categories
    on weighed.category_code = categories.category_code
left join {{ ref('dim_objective') }} as objectives
    on weighed.objective_code = objectives.objective_code
