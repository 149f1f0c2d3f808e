-- Post-clearance audits of operators.
{{ union_sources('post_clearance_audits') }}
