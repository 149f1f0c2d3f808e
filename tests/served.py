"""A server of `crw serve` as tests meet it: started, signed in to, asked over HTTP, stopped."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psutil

from crw.home import Home


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Server:
    home: Home
    port: int
    process: subprocess.Popen
    credentials: dict[str, str] = field(default_factory=dict)
    user: str = ""

    def call(self, path: str, body: Any = None) -> tuple[int, Any, str]:
        """Status, answer and the release it came from."""
        answer = self._call(path, body)
        if answer[0] == 401 and self.user and "expired" in str(answer[1]):
            # Superset's tokens live a quarter of an hour, the suite longer.
            self.sign_in(self.user)
            answer = self._call(path, body)
        return answer

    def _call(self, path: str, body: Any) -> tuple[int, Any, str]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"} | self.credentials,
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                text = answer.read().decode()
                is_json = answer.headers.get_content_type() == "application/json"
                told = json.loads(text) if is_json else text
                return answer.status, told, answer.headers.get("X-Release", "")
        except urllib.error.HTTPError as refused:
            text = refused.read().decode(errors="replace")
            return refused.code, text, refused.headers.get("X-Release", "")

    def sign_in(self, user: str = "admin") -> None:
        self.user, self.credentials = user, {}
        first = self.home.superset / "first_passwords" / user
        path = self.home.superset / "admin_password" if user == "admin" else first
        login = {"username": user, "password": path.read_text().strip(), "provider": "db"}
        token = self.call("/api/v1/security/login", login)[1]["access_token"]
        self.credentials = {"Authorization": f"Bearer {token}"}
        # SQL Lab wants proof against forged requests as well, which goes with a session.
        address = f"http://127.0.0.1:{self.port}/api/v1/security/csrf_token/"
        with urllib.request.urlopen(
            urllib.request.Request(address, headers=self.credentials)
        ) as answer:
            self.credentials["Cookie"] = answer.headers["Set-Cookie"].split(";")[0]
            self.credentials["X-CSRFToken"] = json.load(answer)["result"]

    def of(self, user: str) -> "Server":
        """The same server as another user meets it."""
        server = Server(self.home, self.port, self.process)
        server.sign_in(user)
        return server

    def admit(self, made: dict[str, list[str]]) -> dict[str, "Server"]:
        """The same server as new users meet it, each with these of Superset's roles."""

        def known() -> dict[str, int]:
            listed = self.call("/api/v1/security/roles/?q=(page_size:100)")[1]["result"]
            return {role["name"]: role["id"] for role in listed}

        for name in {role for roles in made.values() for role in roles} - set(known()):
            assert self.call("/api/v1/security/roles/", {"name": name})[0] == 201
        ids = known()
        (self.home.superset / "first_passwords").mkdir(exist_ok=True)
        for name, roles in made.items():
            about = {"username": name, "first_name": name, "last_name": "x", "active": True}
            about |= {"email": f"{name}@localhost", "password": "not a secret"}
            about |= {"roles": [ids[role] for role in roles]}
            status, told, _ = self.call("/api/v1/security/users/", about)
            assert status == 201, told
            (self.home.superset / "first_passwords" / name).write_text("not a secret")
        return {name: self.of(name) for name in made}

    def datasets(self) -> dict[str, int]:
        """Superset's numbers of the datasets by the marts they show."""
        listed = self.call("/api/v1/dataset/?q=(page_size:200)")[1]["result"]
        return {dataset["table_name"]: dataset["id"] for dataset in listed}

    def count(self, kind: str) -> int:
        return self.call(f"/api/v1/{kind}/")[1]["count"]

    def ask(self, query: dict[str, Any]) -> tuple[list[dict], str]:
        """The rows of one chart's query and the release they came from."""
        status, answer, release = self.call("/api/v1/chart/data", query)
        assert status == 200, answer
        assert all(result["error"] is None for result in answer["result"]), answer
        return answer["result"][0]["data"], release


def start(home: Home, *, within: float = 300) -> Server:
    """`crw serve`, ready to answer."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "crw.cli", "--home", str(home.root), "serve", "--port", str(port)],
        stderr=(home.logs / "terminal.txt").open("w"),
        # Under the load of a whole suite a slow query is given the time a caller waits.
        env=os.environ | {"CRW_TIMEOUT": "110"},
    )
    server = Server(home, port, process)
    until = time.monotonic() + within
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError):
            if server.call("/health")[0] == 200:
                return server
        time.sleep(0.2)
    process.kill()
    raise AssertionError((home.logs / "terminal.txt").read_text())


def stop(server: Server, how: int = signal.SIGTERM) -> None:
    """Stop it; nothing of it may stay."""
    family = [psutil.Process(server.process.pid)]
    family += family[0].children(recursive=True)
    server.process.send_signal(how)
    server.process.wait(timeout=20)
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive
