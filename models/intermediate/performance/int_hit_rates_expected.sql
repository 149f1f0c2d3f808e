{{ config(materialized='table') }}

-- How likely each tested declaration was to be a hit, by what such controls of such goods on such ways found before
-- the period. For any offence, and for safety and security alone, apart.
with settings as (
    select * from {{ comparison_settings() }} as chosen
),

windows as (
    select * from {{ ref('int_periods_compared') }}
),

outcomes as (
    select named.outcome from (values ('any'), ('security')) as named (outcome)
),

tested as (
    select
        tests.source_system,
        tests.declaration_id,
        tests.selection_basis,
        outcomes.outcome,
        tests.trader_id,
        tests.regime,
        tests.depth,
        tests.transport_mode,
        tests.country_origin,
        tests.section_code,
        tests.chapter_code,
        tests.heading_code,
        tests.category_code,
        case when outcomes.outcome = 'any' then tests.is_hit else tests.is_security_hit end as is_hit,
        tests.is_serious_hit,
        tests.is_security_hit,
        tests.result_on,
        tests.result_on <= windows.period_after as is_before,
        tests.result_on > windows.record_after as is_on_record
    from {{ ref('int_declarations_tested') }} as tests
    inner join windows
        on tests.source_system = windows.source_system
        and tests.result_on > windows.prior_after
        and tests.result_on <= windows.period_to
    cross join outcomes
    where outcomes.outcome = 'any' or tests.is_security_hit is not null
),

-- What any inspection finds, before goods and ways are looked at. Too few hits: nothing is usual.
overall as (
    select
        tested.source_system,
        tested.selection_basis,
        tested.outcome,
        count(*) filter (where tested.is_hit) / cast(count(*) as double) as usual_rate,
        count(*) as tested_before
    from tested
    cross join settings
    where tested.is_before
    group by tested.source_system, tested.selection_basis, tested.outcome, settings.fewest_hits_before
    having count(*) filter (where tested.is_hit) >= settings.fewest_hits_before
),

units as (
    select
        tested.*,
        overall.usual_rate,
        overall.usual_rate as expected_rate,
        1.0 / overall.tested_before as leverage
    from tested
    left join overall
        on tested.source_system = overall.source_system
        and tested.selection_basis = overall.selection_basis
        and tested.outcome = overall.outcome
),

{{ refined_step_by_step('units', ['source_system', 'selection_basis', 'outcome'], {
    'control': ['regime', 'depth'],
    'mode': ['transport_mode'],
    'section': ['section_code'],
    'chapter': ['chapter_code'],
    'heading': ['heading_code'],
    'origin': ['country_origin', 'transport_mode'],
}) }}

select
    source_system,
    declaration_id,
    selection_basis,
    outcome,
    trader_id,
    country_origin,
    heading_code,
    transport_mode,
    category_code,
    is_hit,
    is_serious_hit,
    is_security_hit,
    is_before,
    is_on_record,
    result_on,
    usual_rate,
    control_ratio,
    mode_ratio,
    section_ratio,
    chapter_ratio,
    heading_ratio,
    origin_ratio,
    round(leverage, 9) as leverage,
    round(usual_rate * control_ratio * mode_ratio * section_ratio, 9) as standard_rate,
    round(expected_rate, 9) as expected_rate
from after_origin
