-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

select
    'cdps' as source_system,
    device_id,
    office_code,
    day,
    available_hours,
    scanning_hours,
    downtime_hours,
    scans
from {{ ref('base_cdps__nii_devices') }}
where record_outcome = 'accepted'
