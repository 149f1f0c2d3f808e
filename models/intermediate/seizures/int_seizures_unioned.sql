-- Lines of every version of every seizure. Published events come with a month in place of a time, a border
-- region, and the office by name.
{{ union_sources('seizures', also={
    'published_month_on': 'date', 'border_region': 'varchar', 'office_name': 'varchar'
}) }}
