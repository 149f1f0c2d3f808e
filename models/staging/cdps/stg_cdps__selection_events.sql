-- Written by `make staging` from the contract in _cdps__sources.yml: change it there.

select
    'cdps' as source_system,
    declaration_id,
    version,
    sequence,
    event_at,
    reason,
    rule_code,
    rule_version,
    channel_before,
    channel_after,
    in_random_frame,
    random_probability,
    random_drawn,
    is_primary,
    reason_code,
    officer_id
from {{ ref('base_cdps__selection_events') }}
where record_outcome = 'accepted'
