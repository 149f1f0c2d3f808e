-- Question: When an image is called suspect or clear, what does opening the goods find?
-- Level: intermediate
-- Teaches: Join a fact to itself: an inspection and the one that followed from it.
select
    scans.source_system,
    scans.office_name,
    scans.nii_verdict,
    count(*) as scans,
    count(openings.inspection_id) as opened,
    count(*) filter (where openings.is_hit) as hits,
    round(100 * hits / nullif(count(openings.is_hit), 0), 1) as hit_rate_percent
from fct_inspections as scans
left join fct_inspections as openings
    on scans.source_system = openings.source_system and scans.inspection_id = openings.parent_inspection_id
where scans.inspection_type = 'nii' and scans.nii_verdict is not null
group by all
order by scans.source_system, scans.office_name, scans.nii_verdict
