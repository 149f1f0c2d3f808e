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
    fitted = fit(frame, "any")
    seconds["train, one target"] = time.monotonic() - started
    started = time.monotonic()
    predict(fitted, frame)
    seconds["score"] = time.monotonic() - started
    started = time.monotonic()
    reasons(fitted, frame.head(told.items // 10))
    seconds["reasons of a tenth"] = time.monotonic() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    for name, value in seconds.items():
        print(f"{name:20} {value:7.1f} s")
    print(f"{'peak memory':20} {peak:7.1f} GB")
    about = {"items": told.items, "machine": platform.machine(), "lightgbm": lightgbm.__version__}
    print(json.dumps(about | seconds | {"peak_gb": peak}))


if __name__ == "__main__":
    main()
