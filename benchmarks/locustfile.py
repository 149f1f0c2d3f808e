"""Readers as Locust sends them: each asks at random what CRW_ASKED lists. Run by readers.py."""

import itertools
import json
import os
import random
from pathlib import Path

from locust import FastHttpUser, events, task

ASKED = json.loads(Path(os.environ["CRW_ASKED"]).read_text())
KINDS = {str: "application/x-www-form-urlencoded", dict: "application/json"}
_numbers = itertools.count()


class Reader(FastHttpUser):
    network_timeout = connection_timeout = 120.0

    def on_start(self) -> None:
        # Each reader in an order of his own, the same in every run.
        self.chance = random.Random(f"{ASKED['seed']}/{next(_numbers)}")

    @task
    def ask(self) -> None:
        path, body = self.chance.choice(ASKED["requests"])
        headers = ASKED["headers"] | {"Content-Type": KINDS[type(body)]}
        sent = body if isinstance(body, str) else json.dumps(body)
        self.client.post(path, data=sent, headers=headers, name="all")


@events.quitting.add_listener
def tell(environment, **_) -> None:
    total = environment.stats.total
    times = {name: total.get_response_time_percentile(share) for name, share in PERCENTILES}
    errors = environment.stats.errors.values()
    found = {
        "requests": total.num_requests,
        "errors": total.num_failures,
        "per_second": (total.num_requests - total.num_failures) / _lasted(total),
        "p50": (times["p50"] or 0) / 1000,
        "p95": (times["p95"] or 0) / 1000,
        "problems": [f"{one.occurrences} times {one.error}" for one in errors],
    }
    Path(os.environ["CRW_FOUND"]).write_text(json.dumps(found))


PERCENTILES = (("p50", 0.5), ("p95", 0.95))


def _lasted(total) -> float:
    return max((total.last_request_timestamp or 0) - total.start_time, 0.001)
