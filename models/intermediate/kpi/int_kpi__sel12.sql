-- How often the score is right where it is highest, among the declarations that were inspected. By what selected them:
-- those drawn at random alone are not chosen by anyone who saw the same signs.
with declarations as (
    select * from {{ ref('fct_declarations') }}
    where was_inspected
),

parameters as (
    select {{ kpi_parameter('SEL12', 'top_share') }} / 100 as top_share
),

counted as (
    select
        declarations.source_system,
        declarations.last_result_on as counted_on,
        declarations.primary_selection_reason as selection_reason,
        cast(declarations.is_hit as integer) as numerator,
        1 as denominator
    from declarations
    cross join parameters
    inner join {{ ref('int_declarations_scored') }} as scores
        on declarations.source_system = scores.source_system
        and declarations.declaration_id = scores.declaration_id
        and scores.month_rank <= parameters.top_share * scores.month_declarations
)

{{ kpi_proportion('SEL12', ['all', 'selection_reason']) }}
