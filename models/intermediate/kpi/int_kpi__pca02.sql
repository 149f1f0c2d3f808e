-- Whether audits are chosen by risk. One without a recorded basis says nothing.
with counted as (
    select
        source_system,
        opened_on as counted_on,
        cast(selection_basis = 'risk' as integer) as numerator,
        1 as denominator
    from {{ ref('fct_post_clearance_audits') }}
)

{{ kpi_proportion('PCA02', ['all']) }}
