-- Whether audits find something.
with counted as (
    select
        source_system,
        closed_on as counted_on,
        cast(has_findings as integer) as numerator,
        1 as denominator
    from {{ ref('fct_post_clearance_audits') }}
    where is_closed
)

{{ kpi_proportion('PCA01', ['all']) }}
