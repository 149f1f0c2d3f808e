-- Enforcement cases.
{{ union_sources('enforcement_cases') }}
