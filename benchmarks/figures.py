"""Reports over a million calls on PostgreSQL: `python -m benchmarks.figures [CALLS]`

Makes a database of its own beside that of `DATABASE_URL`, fills it by SQL, rolls it up, asks everything that the page
of a report shows for 30 days and for a year, and drops it again.
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from benchmarks.servers import site

NAME = "benchmark_figures"
LAST = date(2026, 11, 25)
CALLS = 1_000_000
DAYS = 365

FILL = """
SET session_replication_role = replica;
INSERT INTO streams_call (call_uuid, version_id, direction, caller, called, status, began_at, answered_at, ended_at,
    outcome, outcome_kind, ended_by, hangup_cause, state, pending, token_digest, binds, continues, finalise_attempts,
    finalised_lines, finalise_error, summary_asked_for, process)
SELECT 'bench-' || n, 1 + n % 5 % 3 * 2 + (n < {calls} / 2)::int,
    'inbound', '', '+1415555010' || n % 5, 'finished', at, at, at + interval '60 s',
    '', 'flow', '', '', '{{}}', '{{}}', '', 0, 0, 0, 0, '', '', ''
FROM (SELECT n, timestamptz '{last} 23:59' - n * interval '{step} s' AS at FROM generate_series(1, {calls}) n) made;
INSERT INTO streams_callfigures (call_id, began_at, flow_id, version_id, number, language, answered, short, entered,
    goal, asked_person, transferred, gave_up, repeat_day, repeat_week, caller_hash, seconds, seconds_to_person,
    stream_cost, leg_cost, ai_cost, cost, slowest_ms, mood_start, mood_end, ears, made_at)
SELECT id, began_at, 1 + (version_id - 1) / 2, version_id, called, CASE WHEN id % 4 = 0 THEN 'de-DE' ELSE 'en-US' END,
    true, id % 20 = 0, id % 20 <> 0, id % 20 <> 0 AND id % 3 = 0, id % 9 = 1, id % 5 = 1, id % 7 = 2, id % 11 = 3,
    id % 6 = 3, md5((id % 300000)::text), 20 + id % 90, CASE WHEN id % 5 = 1 THEN 10 + id * 7 % 170 END, 0.003, 0.0055,
    (id % 50) * 0.001, 0.0085 + (id % 50) * 0.001, 400 + id % 2500, '', CASE WHEN id % 3 = 0 THEN 'neutral' ELSE '' END,
    CASE WHEN id % 200 = 0 THEN '["The caller was unhappy at the end."]'::jsonb ELSE '[]' END, now()
FROM streams_call;
INSERT INTO streams_stepvisit (call_id, place, step, exit, no_inputs, no_matches, hung_up, seconds, cost)
SELECT id, 2 + place * 5, 'step-' || (id * 3 + place) % 12,
    CASE WHEN place < 4 THEN ((id + place) % 4)::text ELSE '' END,
    (id % 10 = 0)::int, (id % 13 = 0)::int, place = 4 AND id % 7 = 2, 9.5, 0.0021
FROM streams_call, generate_series(1, 4) place;
INSERT INTO streams_agentturn (call_id, place, engine, at, latency_ms)
SELECT id, place, 'bench', began_at, 350 + (id * 37 + place * 101) % 2400
FROM streams_call, generate_series(0, 2) place WHERE id % 3 = 0;
SET session_replication_role = DEFAULT;
"""


def main(calls: int) -> None:
    """Fill, roll up, ask, and print how long each took."""
    address = os.environ.get("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    os.environ["DATABASE_URL"] = f"{address.rpartition('/')[0]}/{NAME}"
    _alone(f"CREATE DATABASE {NAME}", address)
    try:
        site()
        _measure(calls)
    finally:
        from django.db import connections

        connections.close_all()
        _alone(f"DROP DATABASE {NAME} WITH (FORCE)", address)


def _measure(calls: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from flows.models import Flow, FlowVersion
    from streams.figures import rollups
    from streams.models import DayFigures, StepFigures, Tally

    call_command("migrate", verbosity=0)
    for n in range(1, 7):
        flow, _ = Flow.objects.get_or_create(pk=(n + 1) // 2, name=f"Flow {(n + 1) // 2}", slug=f"flow-{(n + 1) // 2}")
        FlowVersion.objects.create(flow=flow, number=2 - n % 2, spec=1, snapshot={"steps": {}})
    with connection.cursor() as cursor:
        _timed("filled", cursor.execute, FILL.format(calls=calls, last=LAST, step=DAYS * 86_400 / calls))
        cursor.execute("ANALYZE")
    days = rollups.begin_again()
    _timed(f"rolled {days} days up", rollups.roll_up, 10_000)
    kept = {model.__name__: model._default_manager.count() for model in (DayFigures, StepFigures, Tally)}
    print(f"  rows kept: {kept}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rollups.changed([LAST])
    _timed("made one day anew", rollups.roll_up, 1)
    _answers()


def _answers() -> None:
    """The whole page for both ranges, without and with a flow."""
    from streams.figures import answers
    from streams.figures.asked import Asked

    page: list[tuple[str, Callable[[Asked], Any]]] = [
        *((name, getattr(answers, name)) for name in ("tiles", "steps", "by_flow", "by_version", "by_number")),
        *((name, getattr(answers, name)) for name in ("by_language", "by_day", "when", "latency", "moods")),
        ("ears", lambda asked: answers.ears(asked, 20)),
        ("calls", lambda asked: list(answers.calls(asked, "gave_up")[:50])),
        ("calls of a step", lambda asked: list(answers.calls(asked, "hung_up", "step-7")[:50])),
    ]
    for said, days in (("30 days", 30), ("a year", 365)):
        for flow in (None, 1):
            asked, total = Asked(LAST - timedelta(days=days - 1), LAST, flow=flow), 0.0
            print(f"{said}{', one flow' if flow else ''}:")
            for name, answer in page:
                total += _timed(f"  {name}", answer, asked)
            print(f"  all together {total:.3f} s")


def _timed(said: str, work: Callable[..., Any], *args: Any) -> float:
    began = time.perf_counter()
    work(*args)
    took = time.perf_counter() - began
    print(f"{said}: {took:.3f} s", flush=True)
    return took


def _alone(statement: str, address: str) -> None:
    import psycopg

    with psycopg.connect(address.replace("postgres://", "postgresql://"), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else CALLS)
