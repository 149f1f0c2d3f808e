-- Written by `make staging` from the contracts of all sources: change it there.

select
    'cbp' as source_system,
    'drug_seizures' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_cbp__drug_seizures') }}

union all

select
    'cbp' as source_system,
    'weapons_seizures' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_cbp__weapons_seizures') }}

union all

select
    'cdps' as source_system,
    'declarations' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_cdps__declarations') }}

union all

select
    'cdps' as source_system,
    'selection_events' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_cdps__selection_events') }}

union all

select
    'cdps' as source_system,
    'declaration_items' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_cdps__declaration_items') }}

union all

select
    'cdps' as source_system,
    'item_taxes' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_cdps__item_taxes') }}

union all

select
    'cdps' as source_system,
    'selectivity_matches' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_cdps__selectivity_matches') }}

union all

select
    'cdps' as source_system,
    'risk_rules' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_cdps__risk_rules') }}

union all

select
    'cdps' as source_system,
    'inspections' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_cdps__inspections') }}

union all

select
    'cdps' as source_system,
    'seizures' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_cdps__seizures') }}

union all

select
    'cdps' as source_system,
    'cargo_manifests' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_cdps__cargo_manifests') }}

union all

select
    'cdps' as source_system,
    'transit_movements' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_cdps__transit_movements') }}

union all

select
    'cdps' as source_system,
    'post_clearance_audits' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_cdps__post_clearance_audits') }}

union all

select
    'cdps' as source_system,
    'operators' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_cdps__operators') }}

union all

select
    'cdps' as source_system,
    'nii_devices' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_cdps__nii_devices') }}

union all

select
    'cdps' as source_system,
    'enforcement_cases' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_cdps__enforcement_cases') }}

union all

select
    'cdps' as source_system,
    'risk_register' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_cdps__risk_register') }}

union all

select
    'cdps' as source_system,
    'partner_exports' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_cdps__partner_exports') }}

union all

select
    'kcs' as source_system,
    'declarations' as entity,
    _batch as batch,
    _record as record_number,
    _line as line_number,
    record_outcome,
    reasons
from {{ ref('base_kcs__declarations') }}
