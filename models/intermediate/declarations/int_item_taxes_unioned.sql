-- Duties and taxes of the items of every version.
{{ union_sources('item_taxes') }}
