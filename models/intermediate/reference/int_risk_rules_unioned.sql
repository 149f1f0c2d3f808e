-- The register of rules, every version.
{{ union_sources('risk_rules') }}
