-- Which elements of each filing can be used: given, and saying something. A name is hidden behind its
-- pseudonym, so that it is there is all that can be said of it.
with filings as (
    select * from {{ ref('int_cargo_filings_collapsed') }}
),

vague_descriptions as (
    select * from {{ ref('vague_descriptions') }}
)

select
    filings.*,
    coalesce(filings.containerised, false) as is_containerised,
    vague_descriptions.term is not null as is_vaguely_described,
    concat_ws(
        '|',
        case when filings.house_document_id is not null then 'house_document_id' end,
        case when filings.master_document_id is not null then 'master_document_id' end,
        case when filings.consignor_name is not null then 'consignor_name' end,
        case when filings.consignor_address is not null then 'consignor_address' end,
        case when filings.consignee_name is not null then 'consignee_name' end,
        case when filings.consignee_address is not null then 'consignee_address' end,
        case when filings.pieces > 0 then 'pieces' end,
        case when filings.gross_mass_kg > 0 then 'gross_mass_kg' end,
        case
            when filings.goods_description is not null and vague_descriptions.term is null then 'goods_description'
        end,
        case when filings.hs6 is not null then 'hs6' end,
        case when filings.place_loading is not null then 'place_loading' end,
        case when filings.place_discharge is not null then 'place_discharge' end,
        case when filings.container_ids is not null then 'container_ids' end
    ) as usable_elements
from filings
left join vague_descriptions
    on lower(filings.goods_description) = vague_descriptions.term
