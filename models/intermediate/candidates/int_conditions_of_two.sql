{{ config(materialized='mined') }}

-- The conditions of two traits that are asked about.
{{ conditions_grown(2) }}
