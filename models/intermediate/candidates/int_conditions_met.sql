{{ config(materialized='table') }}

-- What each declaration is told by at acceptance, long: one row for each trait. Its route is that of its main item; a
-- sign (risk indicator) counts if any of its items shows it.
{% set traits = {
    'origin': 'country_origin', 'dispatch': 'country_dispatch', 'chapter': 'chapter_code', 'heading': 'left(hs6, 4)',
    'mode': 'transport_mode', 'regime': 'regime', 'procedure': 'procedure_code', 'office': 'office_code',
} %}
with declarations as (
    select declarations.*
    from {{ ref('fct_declarations') }} as declarations
    inner join {{ ref('int_candidate_phases') }} as phases
        on declarations.source_system = phases.source_system
        and declarations.accepted_on > phases.learned_after
    where not declarations.is_invalidated
),

signs as (
    select distinct
        items.source_system,
        items.declaration_id,
        indicators.indicator
    from {{ ref('int_risk_indicators_unioned') }} as indicators
    inner join {{ ref('int_risk_items') }} as items
        on indicators.item_key = items.item_key
    where indicators.outcome = 'hit'
)

{% for trait_type, column in traits.items() %}
    select
        source_system,
        declaration_id,
        accepted_on,
        '{{ trait_type }}' as trait_type,
        {{ column }} as trait
    from declarations
    where {{ column }} is not null

    union all
{% endfor %}
select
    declarations.source_system,
    declarations.declaration_id,
    declarations.accepted_on,
    'indicator' as trait_type,
    signs.indicator as trait
from declarations
inner join signs
    on declarations.source_system = signs.source_system
    and declarations.declaration_id = signs.declaration_id
