{{ config(materialized='table', tags=['after_check']) }}

select * from {{ ref('int_kpis_measured') }}
union all
{{ union_kpis(var('kpis_of_kpis')) }}
