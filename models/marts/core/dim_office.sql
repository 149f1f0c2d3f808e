select
    source_system,
    office_code,
    office_name,
    office_kind,
    place_code,
    country_code,
    time_zone,
    is_listed
from {{ ref('int_offices_completed') }}
