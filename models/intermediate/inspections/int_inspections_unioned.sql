-- Inspections of every source. What a source does not supply is null.
with cdps as (
    select
        source_system,
        inspection_id,
        declaration_id,
        item_number,
        house_document_id,
        container_id,
        parent_inspection_id,
        type as inspection_type,
        control_type_code,
        selection_reason,
        rule_code,
        rule_version,
        officer_id,
        nii_device_id,
        nii_verdict,
        result,
        offence_type,
        offence_category_code,
        severity,
        additional_duty as additional_duty_national,
        penalty as penalty_national,
        ordered_at,
        started_at,
        ended_at,
        result_recorded_at,
        scan_started_at,
        scan_ended_at,
        cast(null as date) as declared_on
    from {{ ref('stg_cdps__inspections') }}
),

-- Every published declaration was inspected, and carries the result. A critical fraud threatens public
-- safety or evades grave amounts: that is a serious offence; the others are minor.
kcs as (
    select
        source_system,
        declaration_id as inspection_id,
        declaration_id,
        1 as item_number,
        cast(null as varchar) as house_document_id,
        cast(null as varchar) as container_id,
        cast(null as varchar) as parent_inspection_id,
        cast(null as varchar) as inspection_type,
        cast(null as varchar) as control_type_code,
        cast(null as varchar) as selection_reason,
        cast(null as varchar) as rule_code,
        cast(null as integer) as rule_version,
        cast(null as varchar) as officer_id,
        cast(null as varchar) as nii_device_id,
        cast(null as varchar) as nii_verdict,
        case fraud when 1 then 'non_compliant' when 0 then 'compliant' end as result,
        cast(null as varchar) as offence_type,
        cast(null as varchar) as offence_category_code,
        case critical_fraud when 2 then 'serious' when 1 then 'minor' end as severity,
        cast(null as decimal(18, 2)) as additional_duty_national,
        cast(null as decimal(18, 2)) as penalty_national,
        cast(null as timestamp) as ordered_at,
        cast(null as timestamp) as started_at,
        cast(null as timestamp) as ended_at,
        cast(null as timestamp) as result_recorded_at,
        cast(null as timestamp) as scan_started_at,
        cast(null as timestamp) as scan_ended_at,
        declared_on
    from {{ ref('stg_kcs__declarations') }}
)

select * from cdps
union all
select * from kcs
