-- Question: How many records of each entity were accepted, refused or replaced by a later delivery?
-- Level: simple
-- Teaches: Every record of a file ends in one of these columns; the steward's list has the reasons.
select
    source_system,
    entity,
    sum(records_in_file) as records_in_files,
    sum(records_rejected) as rejected,
    sum(records_quarantined) as quarantined,
    sum(records_superseded) as superseded,
    sum(records_accepted) as accepted,
    round(100 * sum(records_rejected + records_quarantined) / sum(records_in_file), 3) as percent_refused
from quality_reconciliation
group by all
order by percent_refused desc nulls last
