{{ config(materialized='incremental', unique_key='item_key') }}

-- Every indicator of every item, long: an item an indicator does not apply to says so. All are worked out here, once;
-- again only for items accepted since the first day of which something else is known (int_days_due).
-- depends_on: {{ ref('int_risk_items') }}, {{ ref('int_days_due') }}
{{ union_risk_indicators() }}
