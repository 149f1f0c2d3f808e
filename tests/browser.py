"""A browser on the dashboards of a server, and what it saw of each."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import unquote

from served import Server

from crw.serve import assets

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
BOARDS = assets.boards()
# All of a page is in sight, else Superset would leave the charts below undrawn.
HEIGHT = 6500
_CHARTS = """[...document.querySelectorAll('.chart-slice')].map(e => ({
    name: e.dataset.testChartName, text: e.innerText,
    drawn: !!e.querySelector('canvas, svg text, svg path, table tbody tr, .header-line')
      && !e.querySelector('[role=alert], .ant-alert, .ant-empty')}))"""
_ALL_READY = """n => { const all = [...document.querySelectorAll('.chart-slice')];
    return all.length == n
      && all.every(e => !e.querySelector('.loading') && e.querySelector('.slice_container')) }"""
_LOOK_EVERY = 500  # ms: at each frame, which is the default, it takes what the page needs itself


@dataclass
class Page:
    """What the browser saw of a dashboard."""

    texts: dict[str, str] = field(default_factory=dict)
    blank: list[str] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    # Maps ask in Superset's older way: chart -> whether its answer has data.
    maps: dict[str, bool] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    picture: bytes = b""
    clicked: str = ""

    def queries(self) -> list[dict[str, Any]]:
        """What each chart asked, as it asked last."""
        sent = (answer["sent"] for answer in self.answers)
        return list({q["form_data"]["slice_id"]: q for q in sent if _is_of_a_chart(q)}.values())


def _is_of_a_chart(query: dict[str, Any]) -> bool:
    return bool(query.get("form_data", {}).get("slice_id"))


def charts_on(folder: str) -> int:
    return len(assets.placed(folder, BOARDS[folder]))


class Reader:
    """The administrator at a browser, signed in."""

    def __init__(self, server: Server, browser: Any) -> None:
        self.address = f"http://127.0.0.1:{server.port}"
        self.context = browser.new_context()
        # Of a busy machine: nothing hangs on how long it takes.
        self.context.set_default_timeout(300_000)
        tab = self.context.new_page()
        tab.goto(self.address)
        # A form that is still being drawn forgets what is typed into it.
        tab.wait_for_load_state("networkidle")
        tab.fill("#username", "admin")
        tab.fill("#password", (server.home.superset / "admin_password").read_text().strip())
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/superset/dashboard/**")
        tab.close()
        # Each page once.
        self.see = cache(self._see)

    def _see(
        self,
        folder: str,
        asked: str = "",
        width: int = 1600,
        theme: str = "default",
        click: str = "",
    ) -> Page:
        """Open a dashboard until all is drawn; `click` a table, its first cell: answers to that."""
        page = Page()
        tab = self.context.new_page()
        tab.set_viewport_size({"width": width, "height": HEIGHT})
        tab.add_init_script(f"localStorage.setItem('superset-theme-mode', '{theme}')")
        # Superset's own counting pixel is compiled into it: the page's policy must stop it.
        tab.on("requestfinished", lambda request: _note_outside(request.url, self.address, page))
        tab.on("response", lambda response: _note_answer(response, page))
        tab.on("pageerror", lambda problem: page.errors.append(str(problem)))
        tab.goto(f"{self.address}/superset/dashboard/{BOARDS[folder]['slug']}/{asked}")
        tab.wait_for_function(_ALL_READY, arg=charts_on(folder), polling=_LOOK_EVERY)
        tab.wait_for_load_state("networkidle")
        tab.wait_for_timeout(1000)
        if click:
            page.answers.clear()
            cell = tab.locator(f'[data-test-chart-name="{click}"] tbody td').first
            page.clicked = cell.inner_text().strip()
            cell.click()
            tab.wait_for_timeout(2000)
            tab.wait_for_function(_ALL_READY, arg=charts_on(folder), polling=_LOOK_EVERY)
            tab.wait_for_load_state("networkidle")
        for chart in tab.evaluate(_CHARTS):
            page.texts[chart["name"]] = chart["text"]
            page.blank += [] if chart["drawn"] else [chart["name"]]
        page.picture = tab.screenshot()
        tab.close()
        return page

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """What the pages ask of the server by themselves, within the session."""
        ask = self.context.request
        token = ask.get(f"{self.address}/api/v1/security/csrf_token/").json()["result"]
        answer = ask.post(self.address + path, data=body, headers={"X-CSRFToken": token})
        assert answer.ok, answer.text()
        return answer.json()

    def read(self, path: str) -> str:
        """What stands on a page beside the dashboards."""
        tab = self.context.new_page()
        tab.goto(self.address + path)
        tab.locator("h1:visible").first.wait_for()
        text = tab.inner_text("body")
        tab.close()
        return text


@contextmanager
def browse(server: Server) -> Iterator[Reader]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=BROWSER,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield Reader(server, browser)
        browser.close()


def _note_outside(url: str, address: str, page: Page) -> None:
    if not url.startswith((address, "data:", "blob:")):
        page.outside.append(url)


def _note_answer(response: Any, page: Page) -> None:
    if response.status >= 400:
        page.errors.append(f"{response.status} {response.url}")
    elif old := re.search(r'/explore_json/.*"slice_id":(\d+)', unquote(response.url)):
        page.maps[old[1]] = bool(response.json()["data"])
    elif "/api/v1/chart/data" in response.url:
        sent = json.loads(response.request.post_data or "{}")
        page.answers.append({"sent": sent, "rows": response.json()["result"][0]["data"]})
