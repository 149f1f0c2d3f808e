{{ config(materialized='incremental', unique_key='declaration_id') }}

with taxes as (
    select taxes.* from {{ ref('int_item_taxes_unioned') }} as taxes
    {{ only_due('taxes') }}
),

declarations as (
    select * from {{ ref('int_declarations_collapsed') }}
)

select
    taxes.source_system,
    taxes.declaration_id,
    taxes.item_number,
    taxes.tax_type,
    taxes.version,
    taxes.base as base_national,
    taxes.declared as declared_national,
    taxes.assessed as assessed_national,
    taxes.collected as collected_national,
    declarations.currency_national,
    declarations.accepted_on
from taxes
inner join declarations
    on taxes.source_system = declarations.source_system
    and taxes.declaration_id = declarations.declaration_id
    and taxes.version = declarations.version
