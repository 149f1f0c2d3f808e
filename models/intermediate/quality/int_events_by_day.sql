-- Written by `make staging` from the contracts of all sources: change it there.

select
    'cbp' as source_system,
    'drug_seizures' as entity,
    cast(null as varchar) as batch,
    cast(month_ends_on as date) as event_on,
    count(*) as records
from {{ ref('stg_cbp__drug_seizures') }}
where month_ends_on is not null
group by cast(month_ends_on as date)

union all

select
    'cbp' as source_system,
    'weapons_seizures' as entity,
    cast(null as varchar) as batch,
    cast(month_ends_on as date) as event_on,
    count(*) as records
from {{ ref('stg_cbp__weapons_seizures') }}
where month_ends_on is not null
group by cast(month_ends_on as date)

union all

select
    'cdps' as source_system,
    'declarations' as entity,
    _batch as batch,
    cast(version_lodged_at as date) as event_on,
    count(*) as records
from {{ ref('base_cdps__declarations') }}
where record_outcome = 'accepted' and version_lodged_at is not null
group by _batch, cast(version_lodged_at as date)

union all

select
    'cdps' as source_system,
    'selection_events' as entity,
    _batch as batch,
    cast(event_at as date) as event_on,
    count(*) as records
from {{ ref('base_cdps__selection_events') }}
where record_outcome = 'accepted' and event_at is not null
group by _batch, cast(event_at as date)

union all

select
    'cdps' as source_system,
    'selectivity_matches' as entity,
    _batch as batch,
    cast(matched_at as date) as event_on,
    count(*) as records
from {{ ref('base_cdps__selectivity_matches') }}
where record_outcome = 'accepted' and matched_at is not null
group by _batch, cast(matched_at as date)

union all

select
    'cdps' as source_system,
    'risk_rules' as entity,
    _batch as batch,
    cast(approved_at as date) as event_on,
    count(*) as records
from {{ ref('base_cdps__risk_rules') }}
where record_outcome = 'accepted' and approved_at is not null
group by _batch, cast(approved_at as date)

union all

select
    'cdps' as source_system,
    'inspections' as entity,
    _batch as batch,
    cast(greatest(ordered_at, result_recorded_at) as date) as event_on,
    count(*) as records
from {{ ref('base_cdps__inspections') }}
where record_outcome = 'accepted' and greatest(ordered_at, result_recorded_at) is not null
group by _batch, cast(greatest(ordered_at, result_recorded_at) as date)

union all

select
    'cdps' as source_system,
    'seizures' as entity,
    _batch as batch,
    cast(seized_at as date) as event_on,
    count(*) as records
from {{ ref('base_cdps__seizures') }}
where record_outcome = 'accepted' and seized_at is not null
group by _batch, cast(seized_at as date)

union all

select
    'cdps' as source_system,
    'cargo_manifests' as entity,
    _batch as batch,
    cast(greatest(lodged_at, arrived_at) as date) as event_on,
    count(*) as records
from {{ ref('base_cdps__cargo_manifests') }}
where record_outcome = 'accepted' and greatest(lodged_at, arrived_at) is not null
group by _batch, cast(greatest(lodged_at, arrived_at) as date)

union all

select
    'cdps' as source_system,
    'transit_movements' as entity,
    _batch as batch,
    cast(greatest(departed_at, discharged_at) as date) as event_on,
    count(*) as records
from {{ ref('base_cdps__transit_movements') }}
where record_outcome = 'accepted' and greatest(departed_at, discharged_at) is not null
group by _batch, cast(greatest(departed_at, discharged_at) as date)

union all

select
    'cdps' as source_system,
    'post_clearance_audits' as entity,
    _batch as batch,
    cast(greatest(opened_at, closed_at) as date) as event_on,
    count(*) as records
from {{ ref('base_cdps__post_clearance_audits') }}
where record_outcome = 'accepted' and greatest(opened_at, closed_at) is not null
group by _batch, cast(greatest(opened_at, closed_at) as date)

union all

select
    'cdps' as source_system,
    'nii_devices' as entity,
    _batch as batch,
    cast(day as date) as event_on,
    count(*) as records
from {{ ref('base_cdps__nii_devices') }}
where record_outcome = 'accepted' and day is not null
group by _batch, cast(day as date)

union all

select
    'cdps' as source_system,
    'enforcement_cases' as entity,
    _batch as batch,
    cast(greatest(opened_at, closed_at) as date) as event_on,
    count(*) as records
from {{ ref('base_cdps__enforcement_cases') }}
where record_outcome = 'accepted' and greatest(opened_at, closed_at) is not null
group by _batch, cast(greatest(opened_at, closed_at) as date)

union all

select
    'cdps' as source_system,
    'risk_register' as entity,
    _batch as batch,
    cast(reviewed_at as date) as event_on,
    count(*) as records
from {{ ref('base_cdps__risk_register') }}
where record_outcome = 'accepted' and reviewed_at is not null
group by _batch, cast(reviewed_at as date)

union all

select
    'cdps' as source_system,
    'partner_exports' as entity,
    _batch as batch,
    cast(reported_at as date) as event_on,
    count(*) as records
from {{ ref('base_cdps__partner_exports') }}
where record_outcome = 'accepted' and reported_at is not null
group by _batch, cast(reported_at as date)

union all

select
    'kcs' as source_system,
    'declarations' as entity,
    cast(null as varchar) as batch,
    cast(declared_on as date) as event_on,
    count(*) as records
from {{ ref('stg_kcs__declarations') }}
where declared_on is not null
group by cast(declared_on as date)
