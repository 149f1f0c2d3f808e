{{ config(materialized='mined') }}

-- The conditions of three traits that are asked about.
{{ conditions_grown(3) }}
