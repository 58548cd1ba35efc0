"""The books under eight processes, shuffled and repeated messages, and crashes: `python -m benchmarks.ledger [STREAMS]`

On PostgreSQL, in a database of its own that is dropped afterwards (`DATABASE_URL` names the server). Every message may
be lost, doubled or late; the carrier's record comes for two of three. A worker is killed at a random statement of one
delivery in ten, some as a whole process, whose place another takes; what was not acknowledged is delivered again. Then
every charge, every sum and every line of the books is compared with what the stored facts say, by code that shares
nothing with the product's.
"""

import multiprocessing
import os
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import wait
from typing import Any
from urllib.parse import urlsplit

WORKERS = 8
SHARE = 250  # deliveries that one process is given
STREAMS_OF_A_CALL = 5
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DATABASE = "callwright_bench_ledger"
KILLED = 77  # exit code of a worker that was killed as a process

Word = tuple[str, ...]
Heap = tuple[int, list[Word]]  # a call, and messages about it that one worker takes together


def main() -> None:
    """Deliver, settle, check, and print what came of it."""
    streams = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    server = os.environ.get("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    os.environ["DATABASE_URL"] = urlsplit(server)._replace(path=f"/{DATABASE}").geturl()
    _database(server, "CREATE")
    try:
        _run(streams // STREAMS_OF_A_CALL)
    finally:
        _database(server, "DROP")


def _run(calls: int) -> None:
    _site()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    made = _make_calls(calls)
    began = time.monotonic()
    deliveries, kills, deaths = _deliver_all(_deliveries(made))
    seconds = time.monotonic() - began
    print(f"{calls * STREAMS_OF_A_CALL} streams, {deliveries} deliveries by {WORKERS} processes in {seconds:.0f} s")
    print(f"{kills} crashes at a statement, {deaths} processes killed")
    _check(made)


def _deliver_all(work: list[Heap]) -> tuple[int, int, int]:
    """Deliver everything by so many processes at any time: where one is killed, another takes what it left.

    Returns the deliveries done, the crashes at a statement, and the processes killed.
    """
    context = multiprocessing.get_context("fork")
    running: list[Any] = []
    deaths, started = 0, 0
    with context.Manager() as shared:
        left, counts = shared.list(), shared.list()
        _hang_up()
        while work or running:
            while work and len(running) < WORKERS:
                share, work = work[-SHARE:], work[:-SHARE]
                running.append(context.Process(target=_work, args=(share, started, left, counts)))
                running[-1].start()
                started += 1
            wait([process.sentinel for process in running])
            over = [process for process in running if process.exitcode is not None]
            running = [process for process in running if process not in over]
            deaths += sum(process.exitcode == KILLED for process in over)
            work += [left.pop() for _ in range(len(left))]
        return sum(done for done, _ in counts), sum(killed for _, killed in counts), deaths


def _deliveries(made: list[int]) -> list[Heap]:
    """Each call's messages, some lost and some doubled, in small heaps, all shuffled."""
    chance = random.Random(7)
    heaps: list[Heap] = []
    for call_pk in made:
        words: list[Word] = []
        for number in range(STREAMS_OF_A_CALL):
            name = f"{call_pk}-{number}"
            begins, lasts = 400 * number, chance.choice([0, 1, 59, 60, 61, 119.5, 300])
            words += [("socket", name, "start", str(begins)), ("socket", name, "stop", str(begins + lasts))]
            words += [
                ("webhook", name, "start", str(begins + 0.2)),
                ("webhook", name, "stop", str(begins + lasts + 0.3)),
            ]
            words += [("hangup", name, "stop", "2400"), ("record", name, "stream", str(lasts))]
        words += [("answer", "", "", "0"), ("end", "", "", "2400")]
        words = [word for word in words if chance.random() < 0.7]
        words += chance.sample(words, k=min(4, len(words)))
        chance.shuffle(words)
        heaps += [(call_pk, words[at : at + 12]) for at in range(0, len(words), 12)]
    chance.shuffle(heaps)
    return heaps


def _work(share: list[Heap], seed: int, left: Any, counts: Any) -> None:
    """One worker. What it did not get done stays in `left`."""
    from django.db import connections

    chance = random.Random(seed)
    done, killed, waiting = 0, 0, list(share)
    while waiting:
        call_pk, words = waiting[-1]
        at = chance.randrange(40) if chance.random() < 0.1 else None
        if _delivered(call_pk, words, at):
            waiting.pop()
            done += 1
            continue
        killed += 1
        connections.close_all()
        if chance.random() < 0.01:
            left.extend(waiting)
            counts.append((done, killed))
            os._exit(KILLED)
    counts.append((done, killed))


def _hang_up() -> None:
    """No process may inherit a connection."""
    from django.db import connection

    connection.close()
    connection.close_pool()


def _delivered(call_pk: int, words: list[Word], at: int | None) -> bool:
    from tests.streams.billing.ledger import killed_at

    if at is None:
        _deliver(call_pk, words)
        return True
    with killed_at(at) as seen:
        _deliver(call_pk, words)
    return not seen["killed"]


def _deliver(call_pk: int, words: list[Word]) -> None:
    """Store what the messages say, and bring the charges up to date."""
    from streams.billing.charges import charge_call
    from streams.models import Call

    call = Call.objects.get(pk=call_pk)
    for word in words:
        _store(call, *word)
    charge_call(call_pk)


def _store(call: Any, source: str, name: str, kind: str, said: str) -> None:
    from streams import calls
    from streams.models import CarrierRecord, StreamEvent

    at = NOON + timedelta(seconds=float(said))
    if source == "answer":
        calls.answered(call, at=at)
    elif source == "end":
        own = calls.LegFact(leg_uuid=call.call_uuid, kind="length", direction="inbound", number="+1415", seconds=2400)
        calls.note_leg(call, own, source="hangup", at=at)
    elif source == "record":
        billed = max(1, -(-int(float(said) + 0.999) // 60)) * 60
        amount = "0.003" if name.endswith("3") else f"{billed * 0.003 / 60:.6f}"  # the fourth of each call is in doubt
        known = {"call_uuid": call.call_uuid, "seconds": int(float(said)), "billed_seconds": billed, "amount": amount}
        CarrierRecord.objects.get_or_create(kind="stream", carrier_id=name, digest=name, defaults=known)
    else:
        told = {"stream_id": name, "call": call, "kind": kind, "occurred_at": at}
        StreamEvent.objects.get_or_create(source=source, dedupe_key=f"{name}:{kind}", defaults=told)


def _make_calls(calls: int) -> list[int]:
    from streams.models import Call

    rows = (Call(call_uuid=f"call-{n}", called="+14155550199", began_at=NOON, ended_at=NOON) for n in range(calls))
    Call.objects.bulk_create(rows, batch_size=5000)
    return list(Call.objects.order_by("pk").values_list("pk", flat=True))


def _check(made: list[int]) -> None:
    """Compare everything, then charge everything once more: nothing may change."""
    from django.db import IntegrityError, connection, transaction

    from streams.billing import books
    from streams.billing.charges import charge_call
    from streams.models import Call, Charge, LedgerEntry
    from tests.streams.billing import oracle

    wrong, theirs = [], 0
    for call in Call.objects.order_by("pk").iterator():
        owed = oracle.owed(call)
        charged = {c.source_key: (c.amount, c.status) for c in Charge.objects.current().filter(call=call)}
        wrong += [(key, charged.get(key), owed.get(key)) for key in owed.keys() | charged.keys()
                  if charged.get(key) != owed.get(key)]  # fmt: skip
        theirs += sum(amount for amount, _ in owed.values())
    rows = Charge.objects.count(), LedgerEntry.objects.count()
    for call_pk in random.Random(1).sample(made, k=min(2000, len(made))):
        charge_call(call_pk)
    refused = 0
    for statement in (
        "UPDATE streams_charge SET amount = 0",
        "DELETE FROM streams_ledgerentry",
        "TRUNCATE streams_charge CASCADE",
    ):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except IntegrityError:
            refused += 1
    ours = sum(row.known for row in books.months())
    print(f"{rows[0]} charges, {rows[1]} lines in the books; wrong charges: {len(wrong)} {wrong[:3]}")
    print(f"owed by the facts {theirs} USD, by the books {ours} USD, difference {ours - theirs}")
    print(f"months that do not balance: {len(oracle.books_faults())}; UPDATE, DELETE, TRUNCATE refused: {refused} of 3")
    print(f"charging 2000 calls again added {Charge.objects.count() - rows[0]} charges")


def _database(server: str, act: str) -> None:
    import psycopg

    with psycopg.connect(server.replace("postgres://", "postgresql://"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        if act == "CREATE":
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _site() -> None:
    from benchmarks.servers import site

    site()


if __name__ == "__main__":
    main()
