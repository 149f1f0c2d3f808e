{{ config(materialized='table') }}

-- How often inspections find something with each operator over its record, drawn to what its goods and ways lead to
-- expect.
with cases as (
    select
        *,
        trader_id as operator_id
    from {{ ref('int_hit_rates_expected') }}
    where
        outcome = 'any'
        and trader_id is not null
),

{{ shrunk_rates(
    'cases',
    within=['source_system', 'selection_basis'],
    keys=['operator_id'],
    evidence='is_on_record',
    counts={
        'serious_hits': hits_of_kind('is_serious_hit'),
        'security_hits': hits_of_kind('is_security_hit'),
        'hit_category_codes': codes_found('case when is_hit then category_code end'),
        'last_hit_on': 'max(case when is_hit then result_on end)',
    },
) }}

select * from shrunk
