-- Which elements of each version of a filing can be used: given, and saying something. A name is hidden behind its
-- pseudonym, so that it is there is all that can be said of it.
with versions as (
    select * from {{ ref('int_cargo_manifests_unioned') }}
),

vague_descriptions as (
    select * from {{ ref('vague_descriptions') }}
)

select
    versions.source_system,
    versions.house_document_id,
    versions.version,
    versions.filing_type,
    versions.transport_mode,
    coalesce(versions.containerised, false) as is_containerised,
    vague_descriptions.term is not null as is_vaguely_described,
    concat_ws(
        '|',
        case when versions.house_document_id is not null then 'house_document_id' end,
        case when versions.master_document_id is not null then 'master_document_id' end,
        case when versions.consignor_name is not null then 'consignor_name' end,
        case when versions.consignor_address is not null then 'consignor_address' end,
        case when versions.consignee_name is not null then 'consignee_name' end,
        case when versions.consignee_address is not null then 'consignee_address' end,
        case when versions.pieces > 0 then 'pieces' end,
        case when versions.gross_mass_kg > 0 then 'gross_mass_kg' end,
        case
            when versions.goods_description is not null and vague_descriptions.term is null then 'goods_description'
        end,
        case when versions.hs6 is not null then 'hs6' end,
        case when versions.place_loading is not null then 'place_loading' end,
        case when versions.place_discharge is not null then 'place_discharge' end,
        case when versions.container_ids is not null then 'container_ids' end
    ) as usable_elements
from versions
left join vague_descriptions
    on lower(versions.goods_description) = vague_descriptions.term
