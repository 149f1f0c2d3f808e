-- Use of scanners, by device and day.
{{ union_sources('nii_devices') }}
