{{ config(materialized='table') }}

-- What inspections found on each route in the period, and its rate drawn to what its goods and ways lead to expect.
with cases as (
    select
        expected.*,
        categories.category_name
    from {{ ref('int_hit_rates_expected') }} as expected
    left join {{ ref('seizure_categories') }} as categories
        on expected.category_code = categories.category_code
    where
        expected.country_origin is not null
        and expected.heading_code is not null
        and expected.transport_mode is not null
),

{{ shrunk_rates(
    'cases',
    within=['source_system', 'selection_basis', 'outcome'],
    keys=['country_origin', 'heading_code', 'transport_mode'],
    evidence='not is_before',
    counts={
        'serious_hits': hits_of_kind('is_serious_hit'),
        'security_hits': hits_of_kind('is_security_hit'),
        'hit_category_codes': codes_found('case when is_hit then category_code end'),
        'hit_category_names': codes_found('case when is_hit then category_name end', ', '),
        'usual_rate': 'round(max(usual_rate), 6)',
        'mode_ratio': 'round(max(mode_ratio), 6)',
        'section_ratio': 'round(max(section_ratio), 6)',
        'chapter_ratio': 'round(max(chapter_ratio), 6)',
        'heading_ratio': 'round(max(heading_ratio), 6)',
        'origin_ratio': 'round(max(origin_ratio), 6)',
    },
) }}

select * from shrunk
