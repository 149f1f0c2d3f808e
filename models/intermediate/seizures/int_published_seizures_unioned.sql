-- Seizures published as sums, in which single events cannot be told apart.
{{ union_sources('published_seizures') }}
