with accepted as (
    select * from {{ ref('base_kcs__declarations') }}
    where record_outcome = 'accepted'
),

renamed as (
    select
        'kcs' as source_system,
        declaration_id,
        date as declared_on,
        -- The publisher's spreadsheet dropped the leading zeros of these two.
        lpad(office_id, 3, '0') as office_code,
        process_type,
        import_type,
        import_use,
        lpad(payment_type, 2, '0') as payment_type,
        mode_of_transport as transport_mode_code,
        declarant_id,
        importer_id,
        seller_id,
        courier_id,
        hs6_code as hs6,
        country_of_departure as country_departure,
        country_of_origin as country_origin,
        tax_rate as tax_rate_percent,
        tax_type,
        country_of_origin_indicator as origin_mark,
        -- The publisher says that a price of 0 means not supplied, and goods have a mass.
        nullif(net_mass, 0) as net_mass_kg,
        nullif(item_price, 0) as item_price_krw,
        fraud,
        critical_fraud
    from accepted
)

select * from renamed
