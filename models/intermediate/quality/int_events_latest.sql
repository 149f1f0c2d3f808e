-- Written by `make staging` from the contracts of all sources: change it there.

select
    'cbp' as source_system,
    'drug_seizures' as entity,
    max(month_ends_on) as latest_event_on
from {{ ref('stg_cbp__drug_seizures') }}

union all

select
    'cbp' as source_system,
    'weapons_seizures' as entity,
    max(month_ends_on) as latest_event_on
from {{ ref('stg_cbp__weapons_seizures') }}

union all

select
    'cdps' as source_system,
    'declarations' as entity,
    {{ local_day('max(version_lodged_at)', "'Europe/Athens'") }} as latest_event_on
from {{ ref('stg_cdps__declarations') }}

union all

select
    'cdps' as source_system,
    'selection_events' as entity,
    {{ local_day('max(event_at)', "'Europe/Athens'") }} as latest_event_on
from {{ ref('stg_cdps__selection_events') }}

union all

select
    'cdps' as source_system,
    'selectivity_matches' as entity,
    {{ local_day('max(matched_at)', "'Europe/Athens'") }} as latest_event_on
from {{ ref('stg_cdps__selectivity_matches') }}

union all

select
    'cdps' as source_system,
    'risk_rules' as entity,
    {{ local_day('max(approved_at)', "'Europe/Athens'") }} as latest_event_on
from {{ ref('stg_cdps__risk_rules') }}

union all

select
    'cdps' as source_system,
    'inspections' as entity,
    greatest(
        {{ local_day('max(ordered_at)', "'Europe/Athens'") }},
        {{ local_day('max(result_recorded_at)', "'Europe/Athens'") }}
    ) as latest_event_on
from {{ ref('stg_cdps__inspections') }}

union all

select
    'cdps' as source_system,
    'seizures' as entity,
    {{ local_day('max(seized_at)', "'Europe/Athens'") }} as latest_event_on
from {{ ref('stg_cdps__seizures') }}

union all

select
    'cdps' as source_system,
    'cargo_manifests' as entity,
    greatest(
        {{ local_day('max(lodged_at)', "'Europe/Athens'") }},
        {{ local_day('max(arrived_at)', "'Europe/Athens'") }}
    ) as latest_event_on
from {{ ref('stg_cdps__cargo_manifests') }}

union all

select
    'cdps' as source_system,
    'transit_movements' as entity,
    greatest(
        {{ local_day('max(departed_at)', "'Europe/Athens'") }},
        {{ local_day('max(discharged_at)', "'Europe/Athens'") }}
    ) as latest_event_on
from {{ ref('stg_cdps__transit_movements') }}

union all

select
    'cdps' as source_system,
    'post_clearance_audits' as entity,
    greatest(
        {{ local_day('max(opened_at)', "'Europe/Athens'") }},
        {{ local_day('max(closed_at)', "'Europe/Athens'") }}
    ) as latest_event_on
from {{ ref('stg_cdps__post_clearance_audits') }}

union all

select
    'cdps' as source_system,
    'nii_devices' as entity,
    max(day) as latest_event_on
from {{ ref('stg_cdps__nii_devices') }}

union all

select
    'cdps' as source_system,
    'enforcement_cases' as entity,
    greatest(
        {{ local_day('max(opened_at)', "'Europe/Athens'") }},
        {{ local_day('max(closed_at)', "'Europe/Athens'") }}
    ) as latest_event_on
from {{ ref('stg_cdps__enforcement_cases') }}

union all

select
    'cdps' as source_system,
    'risk_register' as entity,
    max(reviewed_at) as latest_event_on
from {{ ref('stg_cdps__risk_register') }}

union all

select
    'cdps' as source_system,
    'partner_exports' as entity,
    max(reported_at) as latest_event_on
from {{ ref('stg_cdps__partner_exports') }}

union all

select
    'kcs' as source_system,
    'declarations' as entity,
    max(declared_on) as latest_event_on
from {{ ref('stg_kcs__declarations') }}
