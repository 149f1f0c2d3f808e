-- Every indicator of every item, long: an item an indicator does not apply to says so.
{{ union_risk_indicators() }}
