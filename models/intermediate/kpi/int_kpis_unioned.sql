{{ config(materialized='table') }}

{{ union_kpis() }}
