-- What a unit of each currency was worth in the month, as declarations converted it: the median, because single
-- items are mistyped. No table of rates has to be kept by hand.
select
    source_system,
    {{ first_of('month', 'accepted_on') }} as month_on,
    currency,
    {{ median_ratio('customs_value_national', 'customs_value') }} as rate
from {{ ref('fct_declaration_items') }}
where
    customs_value > 0
    and customs_value_national > 0
    and accepted_on is not null
    and currency is not null
group by source_system, {{ first_of('month', 'accepted_on') }}, currency
