select
    legal_basis_code,
    legal_basis_name,
    provision,
    subject
from {{ ref('legal_bases') }}
