"""What training and scoring take: inspected items of a home, drawn again until there are enough.

python benchmarks/learn.py --home var --items 1000000
"""

import argparse
import json
import platform
import resource
import time
from pathlib import Path

import lightgbm

from crw.home import Home
from crw.learn import TARGETS
from crw.learn.fit import fit, predict, reasons
from crw.learn.matrix import labelled, opened


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--home", type=Path, required=True, help="a home that is built")
    asked.add_argument("--source", default="cdps")
    asked.add_argument("--items", type=int, default=1_000_000)
    told = asked.parse_args()
    with opened(Home.open(told.home)) as connection:
        frame = labelled(connection, told.source)
    frame = frame.sample(told.items, replace=True, random_state=1, ignore_index=True)
    seconds = {}
    started = time.monotonic()
    fitted = [fit(frame, target) for target in TARGETS]
    seconds["train, both targets"] = time.monotonic() - started
    started = time.monotonic()
    for one in fitted:
        predict(one, frame)
    seconds["score, both targets"] = time.monotonic() - started
    started = time.monotonic()
    for one in fitted:
        reasons(one, frame.head(told.items // 10))
    seconds["reasons of a tenth, both targets"] = time.monotonic() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    for name, value in seconds.items():
        print(f"{name:34} {value:7.1f} s")
    print(f"{'peak memory':34} {peak:7.1f} GB")
    about = {"items": told.items, "machine": platform.machine(), "lightgbm": lightgbm.__version__}
    print(json.dumps(about | seconds | {"peak_gb": peak}))


if __name__ == "__main__":
    main()
