with registered as (
    select
        source_system,
        operator_id,
        valid_from,
        valid_to,
        name as name_pseudonym,
        country as country_code,
        sector,
        aeo_type,
        aeo_status,
        coalesce(aeo_type is not null and aeo_status = 'active', false) as is_aeo,
        true as is_registered
    from {{ ref('int_operators_unioned') }}
),

declarations as (
    select * from {{ ref('int_declarations_collapsed') }}
),

seen as (
    select
        source_system,
        importer_id as operator_id,
        coalesce(accepted_on, lodged_on) as seen_on
    from declarations
    union
    select
        source_system,
        exporter_id as operator_id,
        coalesce(accepted_on, lodged_on) as seen_on
    from declarations
    union
    select
        source_system,
        declarant_id as operator_id,
        coalesce(accepted_on, lodged_on) as seen_on
    from declarations
    union
    select
        source_system,
        representative_id as operator_id,
        coalesce(accepted_on, lodged_on) as seen_on
    from declarations
    union
    select
        source_system,
        operator_id,
        seized_on as seen_on
    from {{ ref('int_seizure_lines_collapsed') }}
    union
    select
        source_system,
        operator_id,
        cast(opened_at as date) as seen_on
    from {{ ref('int_post_clearance_audits_unioned') }}
    union
    select
        source_system,
        subject_operator_id as operator_id,
        cast(opened_at as date) as seen_on
    from {{ ref('int_enforcement_cases_unioned') }}
),

seen_only as (
    select
        source_system,
        operator_id,
        min(seen_on) as valid_from
    from seen
    where
        operator_id is not null
        and not exists (
            select registered.operator_id
            from registered
            where
                registered.source_system = seen.source_system
                and registered.operator_id = seen.operator_id
        )
    group by source_system, operator_id
)

select * from registered
union all
select
    source_system,
    operator_id,
    valid_from,
    cast(null as date) as valid_to,
    cast(null as varchar) as name_pseudonym,
    cast(null as varchar) as country_code,
    cast(null as varchar) as sector,
    cast(null as varchar) as aeo_type,
    cast(null as varchar) as aeo_status,
    cast(null as boolean) as is_aeo,
    false as is_registered
from seen_only
