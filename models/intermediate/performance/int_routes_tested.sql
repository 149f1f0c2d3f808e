{{ config(materialized='table') }}

-- What inspections found on each route in the period, and its rate drawn to what its goods and ways lead to expect.
with cases as (
    select * from {{ ref('int_hit_rates_expected') }}
    where
        country_origin is not null
        and heading_code is not null
        and transport_mode is not null
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
        'usual_rate': 'round(max(usual_rate), 6)',
        'mode_ratio': 'round(max(mode_ratio), 6)',
        'section_ratio': 'round(max(section_ratio), 6)',
        'chapter_ratio': 'round(max(chapter_ratio), 6)',
        'heading_ratio': 'round(max(heading_ratio), 6)',
        'origin_ratio': 'round(max(origin_ratio), 6)',
    },
) }}

select * from shrunk
