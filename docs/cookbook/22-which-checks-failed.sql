-- Question: Which checks of the data failed or could not run, and who mends what they found?
-- Level: intermediate
-- Teaches: Judge the data before the figure; fct_kpi_values has the verdict beside each KPI, as data_state.
select
    source_system,
    entity,
    kind,
    severity,
    owner,
    count(*) as checks,
    count(*) filter (where status = 'pass') as passed,
    count(*) filter (where status in ('fail', 'error')) as failed,
    count(*) filter (where status = 'not_applicable') as not_applicable,
    string_agg(check_name, ', ' order by check_name) filter (where status in ('fail', 'error')) as failed_checks
from quality_checks
where is_latest_run
group by all
order by failed desc, entity asc
