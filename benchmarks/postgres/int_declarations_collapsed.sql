-- int_declarations_collapsed: the version of each declaration that stands, with the days of its office.
with histories as (
    select
        source_system,
        declaration_id,
        max(version) as version,
        count(*)::integer as version_count,
        min(version_lodged_at) as lodged_at
    from int_declarations_unioned
    group by source_system, declaration_id
)

select
    versions.*,
    histories.version_count,
    histories.lodged_at,
    offices.office_name,
    offices.office_kind,
    offices.time_zone,
    sources.currency as currency_national,
    coalesce(
        (histories.lodged_at at time zone 'UTC' at time zone offices.time_zone)::date,
        versions.declared_on
    ) as lodged_on,
    coalesce(
        (versions.accepted_at at time zone 'UTC' at time zone offices.time_zone)::date,
        versions.declared_on
    ) as accepted_on,
    (versions.released_at at time zone 'UTC' at time zone offices.time_zone)::date as released_on
from int_declarations_unioned as versions
inner join histories
    on versions.source_system = histories.source_system
    and versions.declaration_id = histories.declaration_id
    and versions.version = histories.version
inner join int_offices_completed as offices
    on versions.source_system = offices.source_system
    and versions.office_code = offices.office_code
inner join sources
    on versions.source_system = sources.source_system
