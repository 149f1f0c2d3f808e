-- The latest version of each risk, and by what its offences are known: its category of goods, or the offence named
-- in the seed. Risks that are known by the same cannot be told apart.
with register as (
    select
        *,
        row_number() over (partition by source_system, risk_code order by version desc) as version_rank
    from {{ ref('int_risk_register_unioned') }}
),

known_by as (
    select * from {{ ref('risk_offences') }}
),

latest as (
    select
        register.source_system,
        register.risk_code,
        register.version,
        register.name,
        register.category_code,
        known_by.offence_type,
        coalesce(register.category_code, known_by.offence_type) as offence_key,
        coalesce(register.category_code, register.objective_code, register.risk_code) as treatment_key,
        register.objective_code,
        register.legal_basis_code,
        register.owner,
        register.consequence,
        register.treatment,
        register.reviewed_at as reviewed_on
    from register
    left join known_by
        on register.source_system = known_by.source_system
        and register.risk_code = known_by.risk_code
    where register.version_rank = 1
)

select
    *,
    count(offence_key) over (partition by source_system, offence_key) as risks_of_offence,
    count(treatment_key) over (partition by source_system, treatment_key) as risks_of_treatment
from latest
