"""A million calls as CSV and XLSX: memory against ten thousand, and what callers notice: `python -m benchmarks.exports`

Needs a PostgreSQL where databases may be made (BENCH_DATABASE_URL, default postgres://postgres@127.0.0.1:5432). Each
export runs in a process of its own, so that its peak is its own. `--calls 100000` makes it quicker.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

SERVER = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432")
NAME = "callwright_bench_exports"
FEW = 10_000
TICK = 0.02  # as often as a frame comes

FILL = """
INSERT INTO streams_call (call_uuid, direction, caller, called, status, began_at, answered_at, ended_at, seconds,
    outcome, outcome_kind, ended_by, hangup_cause, state, pending, token_digest, binds, continues, finalise_attempts,
    finalised_lines, finalise_error, summary_asked_for, process)
SELECT 'bench-' || n, 'inbound', '+1415' || (5000000 + n), '+14155550199', 'finished', at, at, at + interval '61 s', 61,
    'reached a person: Sales', 'person', 'hangup', '', '{}', '{}', '', 1, 0, 0, 0, '', '', ''
FROM (SELECT n, timestamptz '2026-01-01' + n * interval '2.5 s' AS at FROM generate_series(1, %(calls)s) n) made;
INSERT INTO streams_charge (source_key, version, call_id, kind, step, description, seconds, quantity, unit, amount,
    carrier_digest, currency, payee, basis, status, reason, created_at, began_at)
SELECT 'stream:' || id, 1, id, 'stream', '', 'Stream, 61 s, billed 2 min at $0.003', 61, 2, 'minute', 0.006, '', 'USD',
    'plivo', 'socket', 'estimated', 'first', now(), began_at FROM streams_call;
ANALYZE;
"""


def main() -> None:
    """Make the calls, measure, and take the database away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--measure", nargs=2, metavar=("WHAT", "ROWS"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        what, rows = asked.measure
        print(json.dumps(_measured(what, int(rows))))
        return
    with TemporaryDirectory(prefix="callwright-bench-") as var:
        os.environ |= {"DATABASE_URL": f"{SERVER}/{NAME}", "CALLWRIGHT_ENV": os.devnull, "CALLWRIGHT_VAR": var}
        _on_the_server(f"DROP DATABASE IF EXISTS {NAME}", f"CREATE DATABASE {NAME}")
        try:
            _fill(asked.calls)
            for what in ("csv", "xlsx"):
                _compare(what, asked.calls)
            _run("delay", 5_000)  # as many as the web process sends itself
        finally:
            _on_the_server(f"DROP DATABASE {NAME} WITH (FORCE)")


def _compare(what: str, calls: int) -> None:
    few, many = _run(what, FEW), _run(what, calls)
    ratio = many["peak_mb"] / few["peak_mb"]
    print(f"{what}: {calls:,} rows take {ratio:.2f} times the memory of {FEW:,}")


def _run(what: str, rows: int) -> dict[str, float]:
    made = subprocess.run(
        [sys.executable, "-m", "benchmarks.exports", "--measure", what, str(rows)], check=True, stdout=subprocess.PIPE
    )
    found: dict[str, float] = json.loads(made.stdout.splitlines()[-1])
    print(f"{what:>6} {rows:>9,} rows: {', '.join(f'{name} {value:,.1f}' for name, value in found.items())}")
    return found


def _on_the_server(*statements: str) -> None:
    import psycopg

    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        for statement in statements:
            server.execute(statement)  # type: ignore[arg-type]


def _django() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "ivrsite.settings"
    import django

    django.setup()


def _fill(calls: int) -> None:
    began = time.monotonic()
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], check=True)
    import psycopg

    with psycopg.connect(f"{SERVER}/{NAME}", autocommit=True) as database:
        for statement in filter(str.strip, FILL.split(";\n")):
            database.execute(statement.replace("%(calls)s", str(calls)))  # type: ignore[arg-type]
    print(f"{calls:,} calls and charges made in {time.monotonic() - began:.0f} s, {os.cpu_count()} cores")


def _asked(rows: int) -> object:
    from datetime import date

    from streams.figures.asked import Asked

    last = date(2026, 1, 1).fromordinal(date(2026, 1, 1).toordinal() + int(rows * 2.5 // 86_400))
    return Asked(date(2026, 1, 1), last)


def _rows(rows: int) -> Iterator[list[object]]:
    from itertools import islice

    from streams.exports.tables import TABLES
    from streams.reports.one_call import Reader

    return islice(TABLES["calls"].rows_for(_asked(rows), Reader()), rows)  # type: ignore[arg-type]


def _measured(what: str, rows: int) -> dict[str, float]:
    _django()
    from streams.exports import csv_file, xlsx_file
    from streams.exports.tables import TABLES
    from streams.reports.one_call import Reader

    if what == "delay":
        return asyncio.run(_delay(rows))
    table, began = TABLES["calls"], time.monotonic()
    with TemporaryDirectory(prefix="callwright-bench-") as folder:
        path = Path(folder) / f"calls.{what}"
        if what == "xlsx":
            xlsx_file.write(path, table.title, table.shown_to(Reader()), _rows(rows))
        else:
            with path.open("wb") as file:
                file.writelines(csv_file.chunks(table.shown_to(Reader()), _rows(rows)))
        size = path.stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"peak_mb": peak, "file_mb": size, "seconds": time.monotonic() - began}


async def _delay(rows: int) -> dict[str, float]:
    """How late the event loop, which carries calls, comes to what is due every 20 ms: calm, and beside an export."""
    from streams.exports import csv_file
    from streams.exports.sending import in_a_thread
    from streams.exports.tables import TABLES
    from streams.reports.one_call import Reader

    columns = TABLES["calls"].shown_to(Reader())
    calm = await _lateness(asyncio.sleep(5))

    async def export() -> None:
        for _ in range(3):
            async for _piece in in_a_thread(lambda: csv_file.chunks(columns, _rows(rows))):
                pass

    busy = await _lateness(export())
    return {
        "calm_p99_ms": _quantile(calm, 0.99),
        "busy_p50_ms": _quantile(busy, 0.5),
        "busy_p99_ms": _quantile(busy, 0.99),
        "busy_worst_ms": max(busy) * 1000,
        "ticks": len(busy),
    }


async def _lateness(beside: object) -> list[float]:
    loop, late = asyncio.get_running_loop(), []
    work = asyncio.ensure_future(beside)  # type: ignore[call-overload]
    due = loop.time()
    while not work.done():
        due = max(due + TICK, loop.time())
        await asyncio.sleep(due - loop.time())
        late.append(loop.time() - due)
    await work
    return late


def _quantile(found: list[float], share: float) -> float:
    return sorted(found)[min(int(len(found) * share), len(found) - 1)] * 1000


if __name__ == "__main__":
    main()
