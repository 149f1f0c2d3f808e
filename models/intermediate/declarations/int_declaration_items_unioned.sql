-- Items of every version of every declaration.
{{ union_sources('declaration_items', also={'tax_rate_percent': 'decimal(9, 4)'}) }}
