-- Every version of every filing of advance cargo information.
{{ union_sources('cargo_manifests') }}
