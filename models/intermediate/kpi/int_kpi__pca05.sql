-- Whether what audits find comes back as a rule.
with counted as (
    select
        source_system,
        closed_on as counted_on,
        cast(feedback_rule_code is not null as integer) as numerator,
        1 as denominator
    from {{ ref('fct_post_clearance_audits') }}
    where has_findings
)

{{ kpi_proportion('PCA05', ['all']) }}
