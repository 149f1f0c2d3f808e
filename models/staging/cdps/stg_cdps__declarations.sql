-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

select
    'cdps' as source_system,
    declaration_id,
    version,
    status,
    office_code,
    regime,
    procedure_code,
    transport_mode,
    version_lodged_at,
    accepted_at,
    assessed_at,
    paid_at,
    released_at,
    invalidated_at,
    channel_final,
    importer_id,
    exporter_id,
    declarant_id,
    representative_id,
    country_dispatch,
    country_destination,
    house_document_id
from {{ ref('base_cdps__declarations') }}
where record_outcome = 'accepted'
