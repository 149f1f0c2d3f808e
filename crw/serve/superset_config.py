"""Superset's settings: closed to the network, on the current release, in the house's colours."""

import logging
import os
from pathlib import Path

from flask import Blueprint, Flask, redirect, request
from werkzeug.wrappers import Response

from crw.home import Home
from crw.serve.pages import add_pages
from crw.serve.release import guard, read_release

_HOME = Home(Path(os.environ["CRW_HOME"]))
_NAME = "Customs risk warehouse"
_START = "/superset/dashboard/risk-operations/"

# --- Secrets: of this installation, from its home folder --------------------------------------

SECRET_KEY = _HOME.key("superset").hex()
# Features that use these two are off; their published defaults must not open a door all the same.
GUEST_TOKEN_JWT_SECRET = _HOME.key("superset_guest").hex()
GLOBAL_ASYNC_QUERIES_JWT_SECRET = _HOME.key("superset_async").hex()

# --- Its own database: users, dashboards, log -------------------------------------------------

SQLALCHEMY_DATABASE_URI = f"sqlite:///{_HOME.superset}/superset.db?timeout=30"

# Its log would otherwise tell of every query, for ever.
LOG_LEVEL = logging.WARNING

# --- The release -------------------------------------------------------------------------------

DB_CONNECTION_MUTATOR = read_release
_CACHE = {
    "CACHE_TYPE": "crw.serve.release.ReleaseCache",
    "CACHE_THRESHOLD": 5000,
    "CACHE_DEFAULT_TIMEOUT": 24 * 3600,
}
DATA_CACHE_CONFIG = {**_CACHE, "CACHE_DIR": str(_HOME.superset / "cache/data")}
CACHE_CONFIG = {**_CACHE, "CACHE_DIR": str(_HOME.superset / "cache/tables")}
SUPERSET_WEBSERVER_TIMEOUT = 120
ROW_LIMIT = 10_000
SQL_MAX_ROW = 100_000
DEFAULT_SQLLAB_LIMIT = 1_000

# --- Nothing leaves this machine ---------------------------------------------------------------

MAPBOX_API_KEY = ""
THEME_FONT_URL_ALLOWED_DOMAINS: list[str] = []
# Some of what Superset's pages would load from outside is compiled into them, so the browser is
# told to load nothing but what this server gives.
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    "content_security_policy": {
        "default-src": ["'self'"],
        "base-uri": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'", "data:"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "object-src": "'none'",
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": False,
}
ENABLE_CORS = False

# --- How it looks ------------------------------------------------------------------------------

APP_NAME = _NAME
APP_ICON = "/crw/logo.svg"
LOGO_TARGET_PATH = _START
LOGO_TOOLTIP = _NAME
FAVICONS = [{"href": "/crw/favicon.svg"}]
BUG_REPORT_URL = None
DOCUMENTATION_URL = None

BLUEPRINTS = [
    Blueprint(
        "crw", __name__, static_folder=str(Path(__file__).parent / "static"), static_url_path="/crw"
    )
]

# One meaning per colour, the same on every dashboard (docs/dashboards.md); a test holds that
# colour-blind readers tell them apart.
_COLOURS = {
    "ink": "#1B2A3A",
    "navy": "#1F4E79",
    "sky": "#6CBDF0",
    "green": "#1B9E8A",
    "yellow": "#F2C33C",
    "red": "#B5432F",
    "purple": "#7A5195",
    "grey": "#8A94A0",
    "brown": "#8C6D46",
    "rose": "#D48CB0",
}
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "customs",
        "label": "Customs risk warehouse",
        "description": "Told apart by colour-blind readers",
        "isDefault": True,
        "colors": [_COLOURS[name] for name in _COLOURS if name != "ink"],
    }
]
EXTRA_SEQUENTIAL_COLOR_SCHEMES = [
    {
        "id": "customs_navy",
        "label": "Few to many",
        "description": "One colour from pale to dark",
        "isDiverging": False,
        "isDefault": True,
        "colors": ["#F3F6F9", "#A9C0D6", "#5B86AE", "#1F4E79"],
    }
]
THEME_DEFAULT = {
    "token": {
        "brandAppName": _NAME,
        "brandLogoAlt": _NAME,
        "brandLogoUrl": APP_ICON,
        "brandLogoMargin": "12px 0",
        "brandLogoHref": _START,
        "brandLogoHeight": "28px",
        "brandSpinnerUrl": None,
        "brandSpinnerSvg": None,
        "colorPrimary": _COLOURS["navy"],
        "colorLink": _COLOURS["navy"],
        "colorError": _COLOURS["red"],
        "colorWarning": _COLOURS["yellow"],
        "colorSuccess": _COLOURS["green"],
        "colorInfo": _COLOURS["sky"],
        "colorTextBase": _COLOURS["ink"],
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
        "colorEditorSelection": "#fff5cf",
    },
    "algorithm": "default",
}
THEME_DARK = {
    "token": THEME_DEFAULT["token"]
    | {
        "colorPrimary": _COLOURS["sky"],
        "colorLink": _COLOURS["sky"],
        "colorTextBase": "#E8EDF2",
        "colorBgBase": "#12181F",
        "colorEditorSelection": "#3A4654",
    },
    "algorithm": "dark",
}
ENABLE_UI_THEME_ADMINISTRATION = False


def FLASK_APP_MUTATOR(app: Flask) -> None:
    guard(app)
    add_pages(app)

    @app.before_request
    def open_the_start_page() -> Response | None:
        # Superset's own welcome page lists recent charts; a reader comes for the dashboard.
        return redirect(_START) if request.path == "/superset/welcome/" else None
