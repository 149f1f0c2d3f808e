-- Every rule that matched an item.
{{ union_sources('selectivity_matches') }}
