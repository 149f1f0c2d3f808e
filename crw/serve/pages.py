"""Pages beside the dashboards: Data Docs, the data dictionary and the SQL cookbook.

The first two belong to a release: whoever reads an earlier one reads its pages too.
"""

import os
from pathlib import Path

from flask import Blueprint, Flask, abort, g, redirect, render_template, request, send_file
from werkzeug.wrappers import Response

from crw.home import Home
from crw.serve.assets import address, boards, uid
from crw.serve.cookbook import LEVELS, recipes
from crw.serve.release import pinned
from crw.serve.roles import closed_pages, reader

# Of dbt's page, which is one file with its scripts in it: they run, and reach nothing.
_DICTIONARY_POLICY = {
    "default-src": "'none'",
    "script-src": "'unsafe-inline'",
    "style-src": "'unsafe-inline'",
    "img-src": "data:",
    "font-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
LINKS = {"Data docs": "/crw/data-docs/", "Dictionary": "/crw/dictionary/"}
LINKS |= {"SQL cookbook": "/crw/cookbook/"}


def add_pages(app: Flask) -> None:
    """Superset's FLASK_APP_MUTATOR: the pages, for whoever has a role, and links to them."""
    from superset import appbuilder

    pages = Blueprint("crw_pages", __name__, url_prefix="/crw", template_folder="templates")
    pages.before_request(_only_readers)
    pages.add_url_rule("/data-docs/", view_func=data_docs)
    pages.add_url_rule("/dictionary/", view_func=dictionary)
    pages.add_url_rule("/cookbook/", view_func=cookbook)
    pages.add_url_rule("/links.css", view_func=links)
    app.register_blueprint(pages)
    for name, path in LINKS.items():
        appbuilder.add_link(name, href=path, category="Reference")
    _share_saved_queries()


def data_docs() -> Response:
    """What Great Expectations says of the release."""
    return _of_release("data_docs.html.gz")


def dictionary() -> Response:
    """dbt's page on every mart and column."""
    return _of_release("dictionary.html.gz")


dictionary.talisman_view_options = {
    "content_security_policy": _DICTIONARY_POLICY,
    "content_security_policy_nonce_in": [],
}


def cookbook() -> str:
    """The questions, each with its SQL and, for those who may, a way into SQL Lab."""
    from superset import db, security_manager
    from superset.models.sql_lab import SavedQuery

    numbers = {}
    if security_manager.can_access("can_read", "SQLLab"):
        saved = {str(uuid): id for uuid, id in db.session.query(SavedQuery.uuid, SavedQuery.id)}
        numbers = {recipe.name: saved[uid("queries", recipe.name)] for recipe in recipes()}
    return render_template("cookbook.html", recipes=recipes(), levels=LEVELS, numbers=numbers)


def links() -> Response:
    """Hides the links to dashboards that the reader may not open: they would be dead."""
    closed = [address(boards()[name]) for name in closed_pages(reader().role)]
    hidden = [f'.dashboard-markdown a[href="{page}"]' for page in closed]
    rule = f"{', '.join(hidden)} {{ display: none; }}" if hidden else ""
    return Response(rule, mimetype="text/css", headers={"Cache-Control": "no-cache"})


def _only_readers() -> Response | None:
    if g.user.is_anonymous:
        return redirect(f"/login/?next={request.path}")
    return None if reader().role else abort(403)


def _of_release(name: str) -> Response:
    home = Home(Path(os.environ["CRW_HOME"]))
    page = home.releases / pinned().name / name
    if not page.exists():
        abort(404, "This release was published without this page; the next one has it.")
    # A new release has the same address: ask each time whether it is still this one.
    answer = send_file(page, mimetype="text/html", max_age=0)
    answer.headers["Content-Encoding"] = "gzip"
    return answer


def _share_saved_queries() -> None:
    """Superset shows saved queries to whoever made them; those of the cookbook, to all who read."""
    from sqlalchemy import or_
    from superset.models.sql_lab import SavedQuery
    from superset.queries.saved_queries.filters import SavedQueryFilter

    ours = [uid("queries", recipe.name) for recipe in recipes()]
    own_only = SavedQueryFilter.apply

    def apply(self: SavedQueryFilter, query, value):
        if request.method != "GET":
            return own_only(self, query, value)
        return query.filter(or_(SavedQuery.created_by == g.user, SavedQuery.uuid.in_(ours)))

    SavedQueryFilter.apply = apply
