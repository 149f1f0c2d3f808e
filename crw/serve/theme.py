"""The house's colours, in light and in dark. What the colours of labels mean stands in
dashboards/_shared/colours.yaml; tests hold that they are told apart, on both grounds.
"""

from typing import Any

_NAVY, _SKY, _GREEN, _YELLOW, _RED = "#2F6DA8", "#6CBDF0", "#1B9E8A", "#F2C33C", "#C24A35"

# For what has no meaning of its own.
SERIES: dict[str, Any] = {
    "id": "customs",
    "label": "Customs risk warehouse",
    "description": "Told apart by colour-blind readers",
    "isDefault": True,
    "colors": [_NAVY, _SKY, _GREEN, _YELLOW, _RED, "#8A5FA8", "#8A94A0", "#9C7A48", "#D48CB0"],
}
FEW_TO_MANY: dict[str, Any] = {
    "id": "customs_navy",
    "label": "Few to many",
    "description": "One colour from pale to dark",
    "isDiverging": False,
    "isDefault": True,
    "colors": ["#DCE6F0", "#A9C0D6", "#5B86AE", _NAVY],
}

_BOTH: dict[str, Any] = {
    "brandLogoMargin": "12px 0",
    "brandLogoHeight": "28px",
    "brandSpinnerUrl": None,
    "brandSpinnerSvg": None,
    "colorError": _RED,
    "colorWarning": _YELLOW,
    "colorSuccess": _GREEN,
    "colorInfo": _SKY,
    "fontUrls": [],
    "fontFamily": "Inter, Helvetica, Arial, sans-serif",
    "fontFamilyCode": "'IBM Plex Mono', 'Courier New', monospace",
    "borderRadius": 6,
    "transitionTiming": 0.3,
    "brandIconMaxWidth": 37,
    "fontSizeXS": "8",
    "fontSizeXXL": "28",
    "fontWeightNormal": "400",
    "fontWeightLight": "300",
    "fontWeightStrong": "500",
    "fontWeightBold": "700",
}
LIGHT = _BOTH | {
    "brandLogoUrl": "/crw/logo.svg",
    "colorPrimary": "#1F4E79",
    "colorLink": "#1F4E79",
    "colorTextBase": "#1B2A3A",
    "colorEditorSelection": "#fff5cf",
}
DARK = _BOTH | {
    "brandLogoUrl": "/crw/logo_dark.svg",
    "colorPrimary": _SKY,
    "colorLink": _SKY,
    "colorTextBase": "#EEF2F6",
    "colorBgBase": "#0D1116",
    "colorBgLayout": "#0D1116",
    "colorBgContainer": "#171D24",
    "colorBgElevated": "#1E2630",
    "colorEditorSelection": "#3A4654",
}
