-- Movements under customs transit.
{{ union_sources('transit_movements') }}
