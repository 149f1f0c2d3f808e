{{ config(materialized='incremental', unique_key='declaration_id') }}

-- Each accepted declaration as it was when it was accepted: the latest version lodged by then, or the first there is.
-- What signs and scores look at: a later amendment, often made because of the inspection, was not known then.
with versions as (
    select versions.* from {{ ref('int_declarations_unioned') }} as versions
    {{ only_due('versions') }}
),

standing as (
    select standing.* from {{ ref('int_declarations_collapsed') }} as standing
    {{ only_due('standing') }}
    where standing.accepted_on is not null
),

known as (
    select
        standing.source_system,
        standing.declaration_id,
        coalesce(
            max(case when versions.version_lodged_at <= standing.accepted_at then versions.version end),
            min(versions.version)
        ) as version
    from standing
    inner join versions
        on standing.source_system = versions.source_system
        and standing.declaration_id = versions.declaration_id
    group by standing.source_system, standing.declaration_id
)

select
    versions.source_system,
    versions.declaration_id,
    versions.version,
    versions.office_code,
    versions.regime,
    versions.procedure_code,
    versions.transport_mode,
    versions.declarant_id,
    versions.importer_id,
    versions.exporter_id,
    versions.country_dispatch,
    versions.country_destination,
    versions.house_document_id,
    standing.version as standing_version,
    standing.version_count,
    standing.time_zone,
    standing.currency_national,
    standing.lodged_at,
    {{ local_hour('standing.lodged_at', 'standing.time_zone') }} as lodged_hour,
    standing.lodged_on,
    standing.accepted_at,
    standing.accepted_on,
    '{{ this_run() }}' as _made_in
from versions
inner join known
    on versions.source_system = known.source_system
    and versions.declaration_id = known.declaration_id
    and versions.version = known.version
inner join standing
    on versions.source_system = standing.source_system
    and versions.declaration_id = standing.declaration_id
