-- How likely each registered risk is, and how heavy that makes it. A risk that random inspections have hardly met has
-- the level that experts give, else none. Levels come from seeds, so that they can be argued with.
with risks as (
    select * from {{ ref('int_risks_registered') }}
),

likelihoods as (
    select * from {{ ref('int_risk_likelihoods') }}
),

settings as (
    select {{ setting_named('fewest_random_hits') }} as fewest_random_hits
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
)

select
    levelled.*,
    levels.risk_level,
    levels.risk_weight
from levelled
left join {{ ref('risk_levels') }} as levels
    on levelled.likelihood_level = levels.likelihood_level
    and levelled.consequence = levels.consequence
