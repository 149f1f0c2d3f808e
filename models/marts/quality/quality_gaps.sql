-- What valid records leave out, or state beyond what is usual. Seed field_gaps says what each gap means.
with counted as (
    {{ gaps_counted('fct_declaration_items', 'declaration_id', [
        ('net_mass_kg', 'missing'), ('customs_value_national', 'missing'), ('country_origin', 'missing'),
        ('country_origin', 'unknown'), ('country_dispatch', 'missing'), ('country_dispatch', 'unknown'),
        ('country_origin, country_dispatch', 'unknown'), ('goods_description', 'missing'),
        ('tax_rate_percent', 'above'),
    ]) }}
    union all
    {{ gaps_counted('fct_declarations', 'declaration_id', [
        ('importer_id', 'missing'), ('declarant_id', 'missing'), ('transport_mode', 'missing'),
        ('channel_final', 'missing'),
    ]) }}
    union all
    {{ gaps_counted('fct_inspections', 'declaration_id', [('is_hit', 'missing'), ('hs6', 'missing')]) }}
    union all
    {{ gaps_counted('fct_seizure_lines', 'seizure_id', [
        ('quantity', 'missing'), ('quantity', 'zero'), ('office_code', 'missing'), ('country_departure', 'missing'),
    ]) }}
)

select
    source_system,
    mart_name,
    field,
    gap,
    records,
    gap_records,
    gap_documents,
    round(100.0 * gap_records / records, 6) as gap_percent,
    -- A field that no record fills is one its source does not export.
    gap != 'missing' or gap_records < records as is_supplied,
    meaning
from counted
