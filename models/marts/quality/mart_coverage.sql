{{ config(tags=['after_score']) }}

-- An empty mart says nothing of why. This one does, for every source and every mart of risk.
with counted as (
    {{ rows_by_source([
        'risk_matrix', 'rule_performance', 'channel_performance', 'route_risk', 'operator_risk', 'risk_indicators',
        'selection_tradeoff', 'mirror_gaps', 'modus_operandi_trends', 'findings_to_measures', 'missed_risk',
        'random_quota_plan', 'candidate_rules', 'risk_scores', 'score_models', 'score_backtest', 'score_calibration',
        'score_drift', 'score_fairness',
    ]) }}
),

marts as (
    select distinct mart_name from counted
),

sources as (
    select * from {{ ref('dim_source') }}
),

needs as (
    select * from {{ ref('mart_needs') }}
)

select
    sources.source_system,
    marts.mart_name,
    coalesce(counted.row_count, 0) as row_count,
    coalesce(counted.row_count, 0) > 0 as is_filled,
    case
        when needs.reason is not null then needs.reason
        when
            coalesce(counted.row_count, 0) = 0
            and (marts.mart_name = 'risk_scores' or left(marts.mart_name, length('score_')) = 'score_')
            then 'Not estimable: no learned score is in use for this source: too few results, or none better'
        when coalesce(counted.row_count, 0) = 0
            then 'Nothing of what it is made of has come from this source yet, or too little to say anything'
    end as reason
from sources
cross join marts
left join counted
    on sources.source_system = counted.source_system
    and marts.mart_name = counted.mart_name
left join needs
    on sources.source_system = needs.source_system
    and marts.mart_name = needs.mart_name
