-- Inspections.
{{ union_sources('inspections') }}
