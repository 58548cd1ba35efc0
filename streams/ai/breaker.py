"""Which engines are let rest: one that keeps failing is not asked for a while, so that no caller waits for it. Pure.

Times are seconds of any clock that never goes back; they are given, never read. One for a process is enough.
"""

from collections import deque
from dataclasses import dataclass, field

from streams.ai.provider import Fault

FAILURES = 5  # at least, within
WITHIN = 30.0  # seconds
SHARE = 0.5  # of the uses in that time
REST = 30.0  # seconds; then one use tells whether it works again


@dataclass
class Record:
    """How the latest uses of one engine went. `rests_until` is None while it works."""

    uses: deque[tuple[float, bool]] = field(default_factory=deque)  # when, and whether it failed
    rests_until: float | None = None


class Breaker:
    """Knows engines by name; whoever uses one asks first and notes afterwards."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}

    def may_use(self, engine: str, now: float) -> bool:
        """Whether to ask this engine. After its rest the first may try, and the others wait for that."""
        record = self._records.get(engine)
        if record is None or record.rests_until is None:
            return True
        if now < record.rests_until:
            return False
        record.rests_until = now + REST
        return True

    def note(self, engine: str, fault: Fault | None, now: float) -> None:
        """A use went so; None is well. A refusal of one request says nothing about the engine."""
        if fault is Fault.REFUSED:
            return
        record = self._records.setdefault(engine, Record())
        if record.rests_until is not None:
            if fault is None:
                self._records[engine] = Record()
            else:
                record.rests_until = now + REST
            return
        record.uses.append((now, fault is not None))
        while record.uses[0][0] <= now - WITHIN:
            record.uses.popleft()
        failures = sum(failed for _, failed in record.uses)
        if failures >= FAILURES and failures >= SHARE * len(record.uses):
            record.rests_until = now + REST
