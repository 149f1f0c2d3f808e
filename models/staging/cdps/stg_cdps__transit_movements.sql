-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

select
    'cdps' as source_system,
    movement_id,
    declaration_id,
    office_departure,
    office_destination,
    departed_at,
    due_at,
    discharged_at,
    seal_intact
from {{ ref('base_cdps__transit_movements') }}
where record_outcome = 'accepted'
