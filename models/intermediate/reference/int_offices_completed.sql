-- The list of offices, and those that records name beside them.
with sources as (
    select * from {{ ref('sources') }}
),

listed as (
    select * from {{ ref('offices') }}
),

-- A source that publishes names of offices may spell one in several ways.
named as (
    select
        source_system,
        office_code,
        office_code as spelling
    from {{ ref('int_declarations_unioned') }}
    union
    select
        source_system,
        office_code,
        coalesce(office_name, office_code) as spelling
    from {{ ref('int_seizures_unioned') }}
    union
    select
        source_system,
        office_code,
        coalesce(office_name, office_code) as spelling
    from {{ ref('int_published_seizures_unioned') }}
    union
    select
        source_system,
        office_code,
        office_code as spelling
    from {{ ref('int_nii_devices_unioned') }}
    union
    select
        source_system,
        office_departure as office_code,
        office_departure as spelling
    from {{ ref('int_transit_movements_unioned') }}
    union
    select
        source_system,
        office_destination as office_code,
        office_destination as spelling
    from {{ ref('int_transit_movements_unioned') }}
),

-- Small letters sort after capitals, so that max() prefers "Laredo Sector" to "LAREDO SECTOR".
named_once as (
    select
        source_system,
        office_code,
        max(spelling) as office_name
    from named
    group by source_system, office_code
),

every_office as (
    select
        source_system,
        office_code
    from listed
    union
    select
        source_system,
        office_code
    from named_once
)

select
    every_office.source_system,
    every_office.office_code,
    coalesce(listed.office_name, named_once.office_name) as office_name,
    listed.office_kind,
    listed.place_code,
    coalesce(listed.country_code, sources.country_code) as country_code,
    coalesce(listed.time_zone, sources.time_zone) as time_zone,
    listed.office_code is not null as is_listed
from every_office
inner join sources
    on every_office.source_system = sources.source_system
left join listed
    on every_office.source_system = listed.source_system
    and every_office.office_code = listed.office_code
left join named_once
    on every_office.source_system = named_once.source_system
    and every_office.office_code = named_once.office_code
