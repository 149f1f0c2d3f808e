-- What post-clearance audits do in each month, each step by its own day: planned, opened, closed.
with audits as (
    select * from {{ ref('fct_post_clearance_audits') }}
),

steps as (
    select
        source_system,
        {{ first_of('month', 'planned_on') }} as month_on,
        selection_basis,
        currency_national,
        true as is_planned,
        coalesce(closed_on < {{ period_later("'month'", first_of('month', 'planned_on')) }}, false)
            as is_planned_and_closed
    from audits
    where planned_on is not null
    union all by name
    select
        source_system,
        {{ first_of('month', 'opened_on') }} as month_on,
        selection_basis,
        currency_national,
        true as is_opened
    from audits
    where opened_on is not null
    union all by name
    select
        source_system,
        {{ first_of('month', 'closed_on') }} as month_on,
        selection_basis,
        currency_national,
        true as is_closed,
        has_findings,
        has_findings and feedback_rule_code is not null as has_led_to_rule,
        additional_assessed_national as assessed_national,
        additional_collected_national as collected_national
    from audits
    where is_closed
)

select
    source_system,
    month_on,
    coalesce(selection_basis, 'not stated') as selection_basis,
    currency_national,
    count(*) filter (where is_planned) as planned,
    count(*) filter (where is_planned_and_closed) as planned_and_closed,
    count(*) filter (where is_opened) as opened,
    count(*) filter (where is_closed) as closed,
    count(*) filter (where has_findings) as with_findings,
    count(*) filter (where has_led_to_rule) as with_rule,
    cast(coalesce(sum(assessed_national), 0) as decimal(18, 2)) as assessed_national,
    cast(coalesce(sum(collected_national), 0) as decimal(18, 2)) as collected_national
from steps
group by source_system, month_on, coalesce(selection_basis, 'not stated'), currency_national
