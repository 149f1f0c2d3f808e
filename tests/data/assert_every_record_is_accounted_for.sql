-- Records in the file = rejected + accepted + quarantined + superseded, batch by batch.
select *
from {{ ref('quality_reconciliation') }}
where lost_in_load <> 0 or lost_in_staging <> 0
