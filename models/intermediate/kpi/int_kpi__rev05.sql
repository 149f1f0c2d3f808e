-- How much of what inspections add comes from the declarations the score puts highest. Where a source tells no
-- additional duties at all, none are known.
with declarations as (
    select * from {{ ref('fct_declarations') }}
    where was_inspected
),

parameters as (
    select {{ kpi_parameter('REV05', 'top_share') }} / 100 as top_share
),

counted as (
    select
        declarations.source_system,
        declarations.last_result_on as counted_on,
        case
            when scores.month_rank <= parameters.top_share * scores.month_declarations
                then coalesce(declarations.additional_duty_national, 0)
            else 0
        end as numerator,
        coalesce(declarations.additional_duty_national, 0) as denominator
    from declarations
    cross join parameters
    inner join {{ ref('int_declarations_scored') }} as scores
        on declarations.source_system = scores.source_system
        and declarations.declaration_id = scores.declaration_id
    where
        declarations.source_system in (
            select known.source_system from declarations as known
            where known.additional_duty_national is not null
        )
)

{{ kpi_ratio('REV05', ['all']) }}
