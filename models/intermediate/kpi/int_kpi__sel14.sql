-- Controls that risk asked for and an officer lifted.
with downgrades as (
    select distinct
        source_system,
        declaration_id
    from {{ ref('fct_selection_events') }}
    where
        is_downgrade
        and reason = 'officer'
),

counted as (
    select
        declarations.source_system,
        declarations.accepted_on as counted_on,
        declarations.office_code,
        declarations.regime,
        declarations.transport_mode,
        declarations.channel,
        cast(downgrades.declaration_id is not null as integer) as numerator,
        1 as denominator
    from {{ ref('int_declarations_counted') }} as declarations
    left join downgrades
        on declarations.source_system = downgrades.source_system
        and declarations.declaration_id = downgrades.declaration_id
    where declarations.is_risk_selected
)

{{ kpi_proportion('SEL14', ['all', 'office', 'regime', 'transport_mode', 'channel']) }}
