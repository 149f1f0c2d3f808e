{{ config(materialized='table') }}

-- The score of a declaration is that of its worst item, and its rank among those accepted in the month. Declarations
-- withdrawn later are out, as from all figures. Equals are ordered by the sum over their items, then by nothing that
-- anyone decides, so that the top of a month is always as large as it says.
with items as (
    select * from {{ ref('int_items_scored') }}
),

declarations as (
    select * from {{ ref('int_declarations_collapsed') }}
),

summed as (
    select
        items.source_system,
        items.declaration_id,
        items.accepted_on,
        max(items.score) as score,
        round(sum(items.score), 6) as score_of_all_items
    from items
    inner join declarations
        on items.source_system = declarations.source_system
        and items.declaration_id = declarations.declaration_id
    where not coalesce(declarations.status = 'invalidated', false)
    group by items.source_system, items.declaration_id, items.accepted_on
)

select
    *,
    row_number() over (
        partition by source_system, {{ first_of('month', 'accepted_on') }}
        order by score desc, score_of_all_items desc, {{ neutral_order('declaration_id') }} asc, declaration_id asc
    ) as month_rank,
    count(*) over (partition by source_system, {{ first_of('month', 'accepted_on') }}) as month_declarations
from summed
