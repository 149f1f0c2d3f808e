{{ config(materialized='table') }}

-- Every indicator of every item, long: an item an indicator does not apply to says so. All are worked out here, once.
{{ union_risk_indicators() }}
