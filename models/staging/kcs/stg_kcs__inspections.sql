-- Every published declaration was inspected, and carries the result. A critical fraud threatens public
-- safety or evades grave amounts: that is a serious offence; the others are minor.
select
    'kcs' as source_system,
    declaration_id as inspection_id,
    declaration_id,
    1 as item_number,
    case fraud when 1 then 'non_compliant' else 'compliant' end as result,
    case critical_fraud when 2 then 'serious' when 1 then 'minor' end as severity
from {{ ref('base_kcs__declarations') }}
where record_outcome = 'accepted'
