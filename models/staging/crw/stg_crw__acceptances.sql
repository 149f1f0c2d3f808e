{{ config(tags=['after_check']) }}

select
    run_id,
    check_name,
    reason,
    accepted_by,
    {{ as_timestamp('accepted_at', 'UTC') }} as accepted_at
from {{ source('crw', 'acceptances') }}
