-- The register of operators, with its validities.
{{ union_sources('operators') }}
