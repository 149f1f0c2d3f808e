"""Superset's settings: closed to the network, on the current release, in the house's colours."""

import logging
import os
from pathlib import Path

from flask import Blueprint, Flask, redirect, request
from werkzeug.wrappers import Response

from crw.home import Home
from crw.serve import theme
from crw.serve.pages import add_pages
from crw.serve.release import SECONDS, guard, read_release
from crw.serve.roles import start_page

_HOME = Home(Path(os.environ["CRW_HOME"]))
_NAME = "Customs risk warehouse"
# It sends each reader on to the first dashboard of his role. The name beside the logo leads here;
# LOGO_TARGET_PATH is unset, else the menu had a "Home" as well, which lists four pages of eight.
_START = "/superset/welcome/"

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
# The connection's own clock stops a query (crw/serve/release.py), and says so better.
SQLLAB_TIMEOUT = int(SECONDS) + 10
# Exports that stream run outside the request, where nobody is signed in.
CSV_STREAMING_ROW_THRESHOLD = 10**9
ROW_LIMIT = 10_000
SQL_MAX_ROW = 100_000
DEFAULT_SQLLAB_LIMIT = 1_000

# --- Who sees which pages (crw/serve/roles.py); Jinja in SQL stays off -------------------------

FEATURE_FLAGS = {"DASHBOARD_RBAC": True, "ENABLE_TEMPLATE_PROCESSING": False}
PUBLIC_ROLE_LIKE = None

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
APP_ICON = theme.LIGHT["brandLogoUrl"]
LOGO_TOOLTIP = _NAME
FAVICONS = [{"href": "/crw/favicon.svg"}]
BUG_REPORT_URL = None
DOCUMENTATION_URL = None

BLUEPRINTS = [
    Blueprint(
        "crw", __name__, static_folder=str(Path(__file__).parent / "static"), static_url_path="/crw"
    )
]

EXTRA_CATEGORICAL_COLOR_SCHEMES = [theme.SERIES]
EXTRA_SEQUENTIAL_COLOR_SCHEMES = [theme.FEW_TO_MANY]
_BRAND = {"brandAppName": _NAME, "brandLogoAlt": _NAME, "brandLogoHref": _START}
THEME_DEFAULT = {"token": _BRAND | theme.LIGHT, "algorithm": "default"}
THEME_DARK = {"token": _BRAND | theme.DARK, "algorithm": "dark"}
ENABLE_UI_THEME_ADMINISTRATION = False


def FLASK_APP_MUTATOR(app: Flask) -> None:
    guard(app)
    add_pages(app)

    @app.before_request
    def open_the_start_page() -> Response | None:
        # Superset's own welcome page lists recent charts; a reader comes for the dashboard.
        page = start_page() if request.path == _START else None
        return redirect(page) if page else None
