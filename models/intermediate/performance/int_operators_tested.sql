{{ config(materialized='table') }}

-- How often inspections find something with each operator over its record, drawn to what its goods and ways lead to
-- expect.
with cases as (
    select
        expected.*,
        expected.trader_id as operator_id,
        categories.category_name
    from {{ ref('int_hit_rates_expected') }} as expected
    left join {{ ref('seizure_categories') }} as categories
        on expected.category_code = categories.category_code
    where
        expected.outcome = 'any'
        and expected.trader_id is not null
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
        'hit_category_names': codes_found('case when is_hit then category_name end', ', '),
        'last_hit_on': 'max(case when is_hit then result_on end)',
    },
) }}

select * from shrunk
