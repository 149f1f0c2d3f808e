{{ config(materialized='table') }}

-- The KPIs of the administration's work. Those that judge these very figures are made after the checks.
{{ union_kpis(var('kpis_built') | reject('in', var('kpis_of_kpis')) | list) }}
