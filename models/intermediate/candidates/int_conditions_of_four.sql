{{ config(materialized='mined') }}

-- The conditions of four traits that are asked about.
{{ conditions_grown(4) }}
