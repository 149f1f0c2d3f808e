-- The publication holds import declarations only, with the day of each and no time.
with accepted as (
    select * from {{ ref('base_kcs__declarations') }}
    where record_outcome = 'accepted'
),

code_map as (
    select * from {{ ref('code_map') }}
    where field = 'transport_mode'
)

select
    'kcs' as source_system,
    accepted.declaration_id,
    1 as version,
    -- The publisher's spreadsheet dropped the leading zeros of offices and payments.
    lpad(accepted.office_id, 3, '0') as office_code,
    'import' as regime,
    accepted.import_type as procedure_code,
    code_map.code as transport_mode,
    accepted.date as declared_on,
    accepted.importer_id,
    accepted.seller_id as exporter_id,
    accepted.declarant_id,
    accepted.country_of_departure as country_dispatch,
    -- Fields of the publisher's own.
    accepted.process_type,
    accepted.import_use,
    lpad(accepted.payment_type, 2, '0') as payment_type,
    accepted.courier_id
from accepted
left join code_map
    on code_map.source_system = 'kcs'
    and accepted.mode_of_transport = code_map.source_code
