"""When a figure makes an alert, and when that is over. Pure.

Two limits and a pause keep it calm: it opens at one, is over only when it stayed below a lower one for a while, and in
between nothing changes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Limits:
    """Opens at `opens_at` or more; over after `calm` below `clears_at`. With `clears_at` 0, when nothing is left."""

    opens_at: Decimal
    clears_at: Decimal
    calm: timedelta

    def is_low(self, value: Decimal) -> bool:
        """Whether this figure speaks for an end."""
        return value < self.clears_at or value <= 0


@dataclass(frozen=True, slots=True)
class Stance:
    """How one subject stands: whether it is an alert, and since when its figure is low."""

    is_open: bool = False
    calm_since: datetime | None = None


def judged(before: Stance, value: Decimal, now: datetime, limits: Limits) -> Stance:
    """How it stands with this figure."""
    if not before.is_open:
        return Stance(is_open=value >= limits.opens_at and value > 0)
    if not limits.is_low(value):
        return Stance(is_open=True)
    since = before.calm_since or now
    return Stance(is_open=now - since < limits.calm, calm_since=since)
