-- Question: How soon does an importer who was caught offend again?
-- Level: advanced
-- Teaches: The next event of the same kind by lead(), and what is not yet known stays apart.
with offences as (
    select
        source_system,
        importer_id,
        last_result_on,
        lead(last_result_on) over (
            partition by source_system, importer_id order by last_result_on, declaration_id
        ) as next_offence_on
    from fct_declarations
    where is_hit and importer_id is not null
)

select
    offences.source_system,
    case
        when offences.next_offence_on is null then 'not seen again'
        when offences.next_offence_on - offences.last_result_on <= 30 then 'within 30 days'
        when offences.next_offence_on - offences.last_result_on <= 90 then '31 to 90 days'
        else 'after 90 days'
    end as next_offence,
    count(*) as offences,
    round(100 * count(*) / sum(count(*)) over (partition by offences.source_system), 1) as percent
from offences
group by offences.source_system, next_offence
order by offences.source_system asc, offences desc
