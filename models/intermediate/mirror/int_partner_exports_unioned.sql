-- What partner countries report to have sent us, by month, goods and partner.
{{ union_sources('partner_exports') }}
