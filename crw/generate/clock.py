"""Time in the demo: seconds of UTC while simulating, the administration's local time when written.

Landing files carry local time without offset. The hour that the end of summer time repeats would
then put some releases before their acceptance, so the map from UTC to local squeezes those two
hours into one: it never runs backwards.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

DAY = 86400.0
HOUR = 3600.0


def seconds(day: date) -> float:
    """Midnight of a day, as seconds since 1970."""
    return (day - date(1970, 1, 1)).days * DAY


class Clock:
    """The local clock of the administration over the years the demo may touch."""

    def __init__(self, zone: str, first: date, last: date) -> None:
        tz = ZoneInfo(zone)

        def offset(moment: float) -> float:
            return tz.utcoffset(datetime.fromtimestamp(moment, UTC).astimezone(tz)).total_seconds()

        utc = [seconds(first)]
        local = [utc[0] + offset(utc[0])]
        day = first
        while day < last:
            start = seconds(day)
            before, after = offset(start), offset(start + DAY)
            if before != after:
                change = next(
                    start + h * HOUR for h in range(25) if offset(start + h * HOUR) == after
                )
                if after > before:
                    utc += [change - 1, change]
                    local += [change - 1 + before, change + after]
                else:
                    gap = before - after
                    utc += [change - gap, change + gap]
                    local += [change - gap + before, change + gap + after]
            day += timedelta(days=1)
        end = seconds(last)
        self.utc = np.array([*utc, end])
        self.local_at = np.array([*local, end + offset(end)])

    def local(self, moments: np.ndarray) -> np.ndarray:
        return np.floor(np.interp(moments, self.utc, self.local_at))

    def from_local(self, moments: np.ndarray) -> np.ndarray:
        return np.interp(moments, self.local_at, self.utc)

    def text(self, moments: np.ndarray) -> pa.Array:
        """Local timestamps for a landing file; NaN is missing."""
        missing = np.isnan(moments)
        whole = self.local(np.where(missing, 0.0, moments)).astype(np.int64)
        return pa.array(whole, pa.timestamp("s"), mask=missing)

    def opening(self, moments: np.ndarray, opens, closes, weekends) -> np.ndarray:
        """The moment itself where the office works then, else when it next opens."""
        local = self.local(moments)
        day = np.floor(local / DAY)
        hour = (local - day * DAY) / HOUR
        late = hour >= closes
        day = day + late
        weekday = (day + 3) % 7
        shut = (weekday >= 5) & (weekends < 0.25)
        wait = late | (hour < opens) | shut
        day = day + np.where(shut, 7 - weekday, 0)
        opened = day * DAY + opens * HOUR
        return np.where(wait, moments + np.maximum(opened - local, 0), moments)


def dates(days: np.ndarray) -> pa.Array:
    """Days since 1970 as dates; NaN is missing."""
    missing = np.isnan(days)
    return pa.array(np.where(missing, 0, days).astype(np.int32), pa.int32(), mask=missing).cast(
        pa.date32()
    )


def months_until(end: date, months: int) -> list[date]:
    """The first days of the last `months` months, the month of `end` being the last."""
    last = end.year * 12 + end.month - 1
    return [date(m // 12, m % 12 + 1, 1) for m in range(last - months + 1, last + 1)]
