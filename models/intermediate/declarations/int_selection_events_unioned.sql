-- What selected each declaration, and every random draw.
{{ union_sources('selection_events') }}
