"""How long a call waits to write on SQLite while the worker works: `python -m benchmarks.waiting [JOB...]`

A month of the demo company's calls is made once, and copied for each job. The job runs over and over in a process of
its own, for `SECONDS`, while here a call is answered twenty times a second, by what the carrier's request does. Each
job is printed with its longest hold of SQLite's lock, and with how long calls took beside the quiet of the same run:
once as the product has it, and once without the right of way of `streams/right_of_way.py`.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

SECONDS = 8.0
PAUSE = 0.05  # between two calls
NUMBER = "+14155550199"
CALLER = "+14155550142"
WITHOUT = "--without-right-of-way"
NOTHING = "nothing"
HEADS = """
                      worker          a call's answer, with right of way      without
job                longest hold      median  longest  of quiet      median  longest  of quiet"""


def main(wanted: list[str]) -> None:
    """Every job, or those that are named."""
    print(HEADS)
    with TemporaryDirectory(prefix="callwright-bench-") as folder:
        made = _made(Path(folder))
        _, quiet = _beside(made, NOTHING)
        for job in wanted or [NOTHING, *JOBS]:
            held, waits = _beside(made, job)
            _, without = _beside(made, job, WITHOUT)
            print(
                f"{job:18} {held * 1000:9.0f} ms {_middle(waits):8.1f} ms {max(waits) * 1000:5.0f} ms"
                f" {max(waits) / max(quiet):5.1f} x {_middle(without):8.1f} ms {max(without) * 1000:5.0f} ms"
                f" {max(without) / max(quiet):5.1f} x",
                flush=True,
            )


def _middle(waits: list[float]) -> float:
    return sorted(waits)[len(waits) // 2] * 1000


def _made(folder: Path) -> Path:
    """A site with the demo company and its past calls."""
    made = folder / "made"
    made.mkdir()
    for command in ("prepare", "demo_calls"):
        subprocess.run([sys.executable, "manage.py", command], env=_told(made), check=True, stdout=subprocess.DEVNULL)
    return made


def _told(var: Path) -> dict[str, str]:
    return dict(
        os.environ, CALLWRIGHT_VAR=str(var), CALLWRIGHT_ENV=os.devnull, DATABASE_URL=f"sqlite:///{var}/db.sqlite3"
    )


def _beside(made: Path, job: str, *how: str) -> tuple[float, list[float]]:
    """The job's longest hold of the lock, and how long each call took meanwhile."""
    with TemporaryDirectory(prefix="callwright-bench-") as folder:
        var = Path(folder) / "var"
        shutil.copytree(made, var)
        with _process(var, "--work", job, *how) as worker, _process(var, "--call", *how) as caller:
            caller.stdout.readline()
            worker.stdout.readline()  # both are ready
            held = json.loads(worker.stdout.readline())
            waits, _ = caller.communicate("over\n")
        return held, json.loads(waits)


def _process(var: Path, *how: str) -> Any:
    command = [sys.executable, "-m", "benchmarks.waiting", *how]
    return subprocess.Popen(command, env=_told(var), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


# --- A call -------------------------------------------------------------------------------------------------------


def call() -> None:
    """Answer calls until told to stop, then print how long each took."""
    from django.utils import timezone

    from streams.right_of_way import of_a_call
    from streams.webhooks.inbox import Message, take

    over, waits = threading.Event(), []
    fields = {"From": CALLER, "To": NUMBER, "Direction": "inbound", "CallStatus": "ringing"}
    threading.Thread(target=lambda: (sys.stdin.readline(), over.set()), daemon=True).start()
    print("ready", flush=True)
    while not over.wait(PAUSE):
        name = str(uuid.uuid4())
        began = time.perf_counter()
        with of_a_call():
            message = Message(
                kind="answer", key=f"answer:{name}", call_uuid=name, fields=fields, received_at=timezone.now()
            )
            try:
                take(message)
            except Exception:  # it waited for as long as a carrier may wait
                print("A call could not be answered in time.", file=sys.stderr)
        waits.append(time.perf_counter() - began)
    print(json.dumps(waits), flush=True)


# --- The worker ---------------------------------------------------------------------------------------------------


def work(job: str) -> None:
    """Do this job over and over, then print for how long it held the lock at most."""
    with _held() as longest:
        again = JOBS[job]() if job in JOBS else None
        longest[0] = 0.0
        print("ready", flush=True)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            if again is None or again() is False:
                time.sleep(0.1)
    print(json.dumps(longest[0]), flush=True)


@contextmanager
def _held() -> Iterator[list[float]]:
    """Watch for how long transactions of this process last, from the lock to the commit."""
    from django.db.backends.sqlite3.base import DatabaseWrapper

    longest, since = [0.0], threading.local()
    start, commit = DatabaseWrapper._start_transaction_under_autocommit, DatabaseWrapper._commit

    def starting(self: Any) -> None:
        start(self)
        since.at = time.perf_counter()

    def committing(self: Any) -> None:
        commit(self)
        longest[0] = max(longest[0], time.perf_counter() - getattr(since, "at", time.perf_counter()))

    DatabaseWrapper._start_transaction_under_autocommit = starting  # type: ignore[method-assign]
    DatabaseWrapper._commit = committing  # type: ignore[method-assign]
    yield longest


Again = Callable[[], Any]


def _rolling_up() -> Again:
    from streams.figures import checking, rollups

    days = checking.days()

    def again() -> None:
        rollups.changed(days)
        rollups.roll_up()

    return again


def _each(do: Callable[[int], Any]) -> Again:
    from streams.models import Call

    pks = iter(list(Call.objects.filter(call_uuid__startswith="demo-").values_list("pk", flat=True)) * 1000)
    return lambda: do(next(pks))


def _noting() -> Again:
    from streams.figures.noting import note_figures

    return _each(note_figures)


def _finalising() -> Again:
    from streams.finalise import finalise

    return _each(finalise)


def _finalising_by_four() -> Again:
    from streams.finalise import finalise
    from streams.models import Call

    pks = list(Call.objects.filter(call_uuid__startswith="demo-").values_list("pk", flat=True))
    threads = ThreadPoolExecutor(4)
    return lambda: list(threads.map(finalise, pks[:40]))


def _sweeping() -> Again:
    from streams.sweeper import sweep

    return sweep


def _pricing() -> Again:
    from datetime import UTC, datetime, timedelta
    from decimal import Decimal

    from streams.billing import repricing
    from streams.models import Rate

    last = Rate.objects.filter(kind="stream").latest("valid_from")
    prices = iter(range(31, 100_000))

    def again() -> None:
        n = next(prices)
        price, at = Decimal(n) / 10_000, last.valid_from + timedelta(seconds=n)
        same = {field.name: getattr(last, field.name) for field in Rate._meta.concrete_fields}
        rate = Rate.objects.create(**same | {"id": None, "price": price, "valid_from": at, "applied_at": None})
        repricing.reprice(rate, datetime.now(UTC), seconds=SECONDS)

    return again


def _removing() -> Again:
    from datetime import UTC, datetime, timedelta

    from streams.retention import nightly

    later = datetime.now(UTC) + timedelta(days=4000)
    return lambda: not nightly.run(later)


def _forgetting() -> Again:
    from streams.models import Call
    from streams.retention import erasing

    Call.objects.filter(call_uuid__startswith="demo-").update(caller="+14155559999")
    return lambda: erasing.ask("+14155559999", reason="They asked.", by=None) and False


def _checking() -> Again:
    from django.utils import timezone

    from streams.figures import upkeep

    return lambda: upkeep.check_by_night(timezone.now())


def _listing() -> Again:
    from django.utils import timezone

    from streams.models import CallList
    from streams.outbound import taking

    call_list = CallList.objects.get()
    rows = [taking.Row(n, "", f"+1212{n}", "Ann") for n in range(2_000_000, 2_010_000)]
    return lambda: taking.take(call_list, rows, timezone.now()) and False


JOBS: dict[str, Callable[[], Again]] = {
    "roll figures up": _rolling_up,
    "note figures": _noting,
    "finish records": _finalising,
    "the same by four": _finalising_by_four,
    "sweep": _sweeping,
    "a new price": _pricing,
    "check figures": _checking,
    "remove old data": _removing,
    "forget a caller": _forgetting,
    "take a call list": _listing,
}


def _site(how: list[str]) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ivrsite.settings")
    django.setup()
    if WITHOUT in how:
        from django.db.backends.signals import connection_created

        connection_created.disconnect(dispatch_uid="streams.right_of_way")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--call", *how]:
            _site(how)
            call()
        case ["--work", job, *how]:
            _site(how)
            work(job)
        case wanted:
            main(wanted)
