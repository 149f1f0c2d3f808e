-- Whether high-risk cargo was dealt with before it arrived or while customs still held it where it arrived: until the
-- first declaration for it was released. Where no declaration is known, nothing says that it was held.
with consignments as (
    select * from {{ ref('fct_cargo_manifests') }}
    where
        risk_level = 'high'
        and waiver_reason is null
),

held as (
    select
        source_system,
        house_document_id,
        min(released_at) as released_at
    from {{ ref('fct_declarations') }}
    where
        house_document_id is not null
        and not is_invalidated
    group by source_system, house_document_id
),

counted as (
    select
        consignments.source_system,
        consignments.arrived_on as counted_on,
        consignments.transport_mode,
        case
            -- What orders nothing mitigates nothing, whatever is recorded.
            when consignments.risk_outcome = 'assessment_complete' then 0
            when consignments.mitigation_completed_at <= consignments.arrived_at then 1
            when
                held.house_document_id is not null
                and consignments.mitigation_completed_at
                <= coalesce(held.released_at, consignments.mitigation_completed_at)
                then 1
            else 0
        end as numerator,
        1 as denominator
    from consignments
    left join held
        on consignments.source_system = held.source_system
        and consignments.house_document_id = held.house_document_id
)

{{ kpi_proportion('SAF16', ['all', 'transport_mode']) }}
