"""How long an answer of AI is with us, and what it costs to listen: `python -m benchmarks.answers [--quick]`

Callers talk with an AI step of a whole site (its web process, its database) over an imitation of OpenAI in a process
of its own. Measured is our part: from the moment the vendor wrote the first sound of an answer to its socket, to the
moment that sound was on the carrier's. Aim: under 5 ms at p99 with 50 calls.

Web process on one core, vendor and callers on the other. When either is more than 80 % busy, the machine is the limit,
and the line says so. "Callers late" is what the machine itself does to a process that is next to idle: other work on
it shows there and in our figures alike.
"""

import argparse
import gc
import os
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks import office
from benchmarks.carrier import FRAME_SECONDS, Measured, Stream, cpu_seconds, masked
from benchmarks.house import about_this_machine, answers, free_port, running
from benchmarks.vendor import time_in

QUIET = b"\xff\x7e" * 80
LOUD = b"\x10\x90" * 80
SPEAKS, PAUSES = 50, 175  # frames: a caller says something for a second, then hears the answer and thinks
GREETED = 3.5  # seconds until the greeting was heard
BUSY = 0.8


@dataclass
class Heard(Measured):
    """`ours` are the seconds that the first sound of each answer was with us; `waits` what each caller waited."""

    ours: list[float] = field(default_factory=list)
    waits: dict[str, list[float]] = field(default_factory=dict)
    late: list[float] = field(default_factory=list)  # how long after it was due each frame of a caller was sent
    vendor_busy: float = 0.0
    callers_busy: float = 0.0

    def ours_ms(self, quantile: float) -> float:
        """A quantile of our part."""
        return _quantile(self.ours, quantile) * 1000

    def late_ms(self, quantile: float) -> float:
        """The same of the callers' own lateness: nearly all of it is this machine's doing."""
        return _quantile(self.late, quantile) * 1000


def _quantile(figures: list[float], quantile: float) -> float:
    return sorted(figures)[min(int(len(figures) * quantile), len(figures) - 1)]


class Caller(Stream):
    """Speaks, waits for the answer, and speaks again; or says nothing at all."""

    def __init__(self, port: int, number: int, call: tuple[str, str], *, speaks: bool) -> None:
        self.call_uuid, token = call
        super().__init__(port, number, token=token, call_uuid=self.call_uuid)
        self._quiet, self._loud = self.framed(QUIET), self.framed(LOUD)
        self._turn = -(number * 37 % PAUSES) - PAUSES if speaks else -sys.maxsize  # not all of them at once
        self._stopped_at: float | None = None
        self._marks: list[tuple[float, bytes]] = []

    def send_audio(self, now: float) -> bool:
        self._turn += 1
        place = self._turn % (SPEAKS + PAUSES) if self._turn > 0 else SPEAKS
        self.frame = self._loud if place < SPEAKS else self._quiet
        if place == SPEAKS - 1:
            self._stopped_at = now  # a frame is sent once it is full
        while self._marks and self._marks[0][0] <= now:
            self.line.send(self._marks.pop(0)[1])
        return super().send_audio(now)

    def _answered(self, frame: bytes, now: float, measured: Measured) -> None:
        assert isinstance(measured, Heard)
        if frame.startswith(b'{"event":"checkpoint"'):
            name = frame.partition(b'"name":"')[2].partition(b'"')[0].decode()
            reached = masked({"event": "playedStream", "streamId": self.stream_id, "name": name})
            self._marks.append((self.runs_dry_at, reached))
            return
        self.runs_dry_at = max(self.runs_dry_at, now) + (len(frame) - 90) * 0.75 / 8000
        written = time_in(frame)
        if written is not None and self._stopped_at is not None:
            measured.ours.append(now - written)
            measured.waits.setdefault(self.call_uuid, []).append(now - self._stopped_at)
            self._stopped_at = None


def talk(port: int, web: int, vendor: int, calls: list[tuple[str, str]], seconds: float, *, speaks: bool) -> Heard:
    """Let these callers talk for a while after their greeting; measure from then on."""
    callers = [Caller(port, n, call, speaks=speaks) for n, call in enumerate(calls)]
    by_number = {caller.line.fileno(): caller for caller in callers}
    poll = select.epoll()
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    heard, before = Heard(len(calls)), Heard(len(calls))
    began = time.monotonic()
    measure_from, until = began + GREETED, began + GREETED + seconds
    into, turn, used = before, 0, (0.0, 0.0, 0.0)
    while (now := time.monotonic()) < until:
        if into is before and now >= measure_from:
            into, used = heard, _used(web, vendor)
        while (due := began + turn * FRAME_SECONDS / len(callers)) <= now:
            into.sent += callers[turn % len(callers)].send_audio(now)
            into.late.append(now - due)
            turn += 1
        for number, _ in poll.poll(max(0.0, min(due, until) - time.monotonic())):
            by_number[number].take(time.monotonic(), into)
    passed = time.monotonic() - measure_from
    heard.cpu_seconds, vendors, own = (now - then for now, then in zip(_used(web, vendor), used, strict=True))
    heard.seconds, heard.vendor_busy, heard.callers_busy = passed, vendors / passed, own / passed
    for caller in callers:
        caller.line.close()
    return heard


def _used(web: int, vendor: int) -> tuple[float, float, float]:
    return cpu_seconds(web), cpu_seconds(vendor), time.process_time()


@contextmanager
def vendor_beside() -> Iterator[tuple[str, int]]:
    """The stand-in: its address and its process. On this program's own core."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.vendor", str(port)], start_new_session=True)
    try:
        while not answers(port):
            if process.poll() is not None:
                raise SystemExit("The imitation of the AI services did not start.")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait()


def measure(engine: str, counts: list[int], seconds: float, database: str) -> None:
    """One engine: our part with so many calls at once, the record beside the phone, and the cost of listening."""
    with vendor_beside() as (address, vendor):
        os.environ |= office.environment(tempfile.mkdtemp(prefix="callwright-bench-"), address, engine, database)
        office.open_office()
        with running("whole") as (site,):
            time.sleep(2.0)  # it loads speech
            gc.collect()
            gc.freeze()
            print(f"\n{engine}: the first sound of an answer, from the vendor's socket to the carrier's")
            print(" calls  answers   p50 ms   p95 ms   p99 ms    worst  web CPU  callers late, p99")
            for count in counts:
                heard = talk(
                    site.port, site.pid, vendor, office.ring(office.TALK, count), seconds * _more(count), speaks=True
                )
                print(_row(count, heard))
                time.sleep(1.5)  # the log is stored
                print(_beside_the_record(heard))
            for place, number in (("with an agent", office.TALK), ("at a menu", office.MENU)):
                quiet = talk(site.port, site.pid, vendor, office.ring(number, 30), seconds / 4, speaks=False)
                print(f"       a frame of a silent caller {place}: {quiet.cpu_us_per_frame:.0f} µs of CPU (30 calls)")
                time.sleep(1.0)


def _more(count: int) -> float:
    """Few calls give few answers, so they are given more time."""
    return 2.0 if count == 1 else 1.0


def _row(count: int, heard: Heard) -> str:
    if not heard.ours:
        return f"{count:>6}  no answer was heard"
    busy = heard.cpu_seconds / heard.seconds
    limit = ""
    if busy > BUSY or heard.vendor_busy + heard.callers_busy > BUSY:
        limit = f"  (this machine is the limit: the other core is {heard.vendor_busy + heard.callers_busy:.0%} busy)"
    figures = "  ".join(f"{heard.ours_ms(quantile):>7.2f}" for quantile in (0.5, 0.95, 0.99, 1.0))
    return f"{count:>6}  {len(heard.ours):>7}  {figures}  {busy:>7.0%}  {heard.late_ms(0.99):>17.2f}{limit}"


def _beside_the_record(heard: Heard) -> str:
    """What callers waited by their own clock, beside what the calls' logs say of the same answers."""
    pairs = [
        (wait, told)
        for call_uuid, waits in heard.waits.items()
        for wait, told in zip(waits, office.waits_on_record(call_uuid), strict=False)
    ]
    if not pairs:
        return "       nothing is on record"
    phone, record = (statistics.median(figures) * 1000 for figures in zip(*pairs, strict=True))
    apart = sorted(abs(wait - told) * 1000 for wait, told in pairs)
    return (
        f"       callers waited {phone:.0f} ms, on record {record:.0f} ms (medians); "
        f"of {len(pairs)} answers half differ by at most {apart[len(apart) // 2]:.0f} ms, all by {apart[-1]:.0f} ms"
    )


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--calls", type=int, default=50, help="the most at once (usual: 50)")
    options.add_argument("--seconds", type=float, default=30.0, help="of each measurement")
    options.add_argument("--engine", choices=[*office.ENGINE], default="openai_realtime")
    options.add_argument("--database", default="", help="a DATABASE_URL; usually a new SQLite file")
    options.add_argument("--quick", action="store_true", help="a third of the time")
    chosen = options.parse_args()
    print(about_this_machine())
    counts = sorted({1, min(10, chosen.calls), chosen.calls})
    measure(chosen.engine, counts, chosen.seconds / (3 if chosen.quick else 1), chosen.database)


if __name__ == "__main__":
    main()
