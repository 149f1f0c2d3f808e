-- The register of risks, every version.
{{ union_sources('risk_register') }}
