-- Every version of every declaration, of every source. What a source does not supply is null.
with code_map as (
    select * from {{ ref('code_map') }}
),

cdps as (
    select
        source_system,
        declaration_id,
        version,
        status,
        office_code,
        regime,
        procedure_code,
        transport_mode,
        channel_final,
        importer_id,
        exporter_id,
        declarant_id,
        representative_id,
        country_dispatch,
        country_destination,
        house_document_id,
        version_lodged_at,
        accepted_at,
        assessed_at,
        paid_at,
        released_at,
        invalidated_at,
        cast(null as date) as declared_on
    from {{ ref('stg_cdps__declarations') }}
),

-- The publication holds import declarations only, with the day of each and no time.
kcs as (
    select
        declarations.source_system,
        declarations.declaration_id,
        1 as version,
        cast(null as varchar) as status,
        declarations.office_code,
        'import' as regime,
        declarations.import_type as procedure_code,
        code_map.code as transport_mode,
        cast(null as varchar) as channel_final,
        declarations.importer_id,
        declarations.seller_id as exporter_id,
        declarations.declarant_id,
        cast(null as varchar) as representative_id,
        declarations.country_departure as country_dispatch,
        cast(null as varchar) as country_destination,
        cast(null as varchar) as house_document_id,
        cast(null as timestamp) as version_lodged_at,
        cast(null as timestamp) as accepted_at,
        cast(null as timestamp) as assessed_at,
        cast(null as timestamp) as paid_at,
        cast(null as timestamp) as released_at,
        cast(null as timestamp) as invalidated_at,
        declarations.declared_on
    from {{ ref('stg_kcs__declarations') }} as declarations
    left join code_map
        on declarations.source_system = code_map.source_system
        and code_map.field = 'transport_mode'
        and declarations.transport_mode_code = code_map.source_code
)

select * from cdps
union all
select * from kcs
