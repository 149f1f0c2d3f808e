"""What the charts of the dashboards ask, as a browser sends it, and a session to ask it again.

Superset makes a chart's query in the browser, so one has to open each dashboard. It is spared the
work: what a chart asks is noted and answered at once with nothing, so no query runs and nothing is
drawn. What was learned is kept in the home, for as long as its dashboards stay the same.
"""

import html
import http.cookiejar
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import asdict, dataclass
from typing import Any

from browser import BOARDS, HEIGHT, Reader, browse, charts_on
from served import Server

from crw.home import read_json, write_json

_PATIENCE = 300  # seconds for one dashboard, of a busy machine
_SETTLED = 3  # seconds without a further question: filters may make charts ask twice


@dataclass(frozen=True)
class Question:
    """One request of one chart. Maps ask in Superset's older way, with a form."""

    board: str
    chart: str
    path: str
    body: Any

    def request(self, force: bool) -> tuple[str, Any]:
        """Where to send what; `force` goes past the cache."""
        if isinstance(self.body, str):
            return f"{self.path}&force=true" if force else self.path, self.body
        return self.path, self.body | {"force": force}


class Session:
    """An administrator signed in as people are, by the form: it lasts as long as the server."""

    def __init__(self, server: Server) -> None:
        self.address = f"http://127.0.0.1:{server.port}"
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        page = self.opener.open(f"{self.address}/login/").read().decode()
        token = re.search(
            r'csrf_token[^>]*?value=\\?"([^"\\]+)|csrf_token&#34;: &#34;([^&]+)', page
        )
        told = {
            "username": "admin",
            "password": (server.home.superset / "admin_password").read_text().strip(),
            "csrf_token": html.unescape(token[1] or token[2]) if token else "",
        }
        self.opener.open(f"{self.address}/login/", urllib.parse.urlencode(told).encode()).read()
        answer = self.opener.open(f"{self.address}/api/v1/security/csrf_token/")
        self.headers = {
            "X-CSRFToken": json.load(answer)["result"],
            "Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar),
            "Referer": self.address,
        }

    def seconds(self, path: str, body: Any) -> float:
        """How long one answer took; anything but an answer ends the run."""
        form = isinstance(body, str)
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        request = urllib.request.Request(
            self.address + path,
            data=body.encode() if form else json.dumps(body).encode(),
            headers=self.headers | {"Content-Type": kind},
        )
        began = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                answer.read()
        except urllib.error.HTTPError as refused:
            raise SystemExit(f"{path}: {refused.code} {refused.read().decode()[:500]}") from None
        return time.monotonic() - began


def questions(server: Server) -> list[Question]:
    """All that the dashboards ask, learned once for each state of them."""
    kept = server.home.superset / "charts_asked.json"
    state = read_json(server.home.superset / "prepared.json")
    told = read_json(kept)
    if told and told["of"] == state:
        return [Question(**one) for one in told["asked"]]
    found = []
    with browse(server) as reader:
        for number, folder in enumerate(BOARDS, 1):
            began = time.monotonic()
            asked = _learn(reader, folder)
            found += asked
            say(
                f"learned {len(asked)} charts of {folder} ({number} of {len(BOARDS)}), "
                f"{time.monotonic() - began:.0f} s"
            )
    write_json(kept, {"of": state, "asked": [asdict(one) for one in found]})
    return found


def say(words: str) -> None:
    print(words, flush=True)


def _learn(reader: Reader, folder: str) -> list[Question]:
    wanted, asked = charts_on(folder), {}
    last = [time.monotonic()]
    tab = reader.context.new_page()
    tab.set_viewport_size({"width": 1600, "height": HEIGHT})

    def note(route: Any) -> None:
        request = route.request
        found = _of_a_chart(request)
        if found is None:
            route.continue_()
            return
        number, path, body = found
        asked[number] = (path, body)
        last[0] = time.monotonic()
        route.fulfill(status=404, json={"message": "noted"})

    tab.route(re.compile(r"/api/v1/chart/data|/explore_json/"), note)
    tab.goto(f"{reader.address}/superset/dashboard/{BOARDS[folder]['slug']}/")
    until = time.monotonic() + _PATIENCE
    while len(asked) < wanted or time.monotonic() - last[0] < _SETTLED:
        if time.monotonic() > until:
            raise SystemExit(f"{folder}: {len(asked)} of {wanted} charts asked something")
        tab.wait_for_timeout(200)
    titles = _titles(tab, reader.address, BOARDS[folder]["slug"])
    tab.close()
    board = BOARDS[folder]["title"]
    return [Question(board, titles[number], path, body) for number, (path, body) in asked.items()]


def _of_a_chart(request: Any) -> tuple[int, str, Any] | None:
    """Number of the chart, path and body; None for what filters ask."""
    where = urllib.parse.urlsplit(request.url)
    path = where.path + (f"?{where.query}" if where.query else "")
    if "/explore_json/" in where.path:
        told = urllib.parse.parse_qs(where.query).get("form_data", ["{}"])[0]
        number = json.loads(told).get("slice_id")
        return (number, path, _form(request)) if number else None
    body = json.loads(request.post_data or "{}")
    number = body.get("form_data", {}).get("slice_id")
    return (number, where.path, body) if number else None


def _form(request: Any) -> str:
    """A form as sent in parts, written as one line."""
    parts = re.findall(r'name="(\w+)"\r\n\r\n(.*?)\r\n--', request.post_data or "", re.DOTALL)
    return urllib.parse.urlencode(parts)


def _titles(tab: Any, address: str, slug: str) -> dict[int, str]:
    """Charts of a dashboard by Superset's number."""
    listed = tab.request.get(f"{address}/api/v1/dashboard/{slug}/charts")
    return {chart["id"]: chart["slice_name"] for chart in listed.json()["result"]}
