"""An oracle for the ledger that shares no code with it, and a way to kill the work at any statement."""

from collections import Counter
from contextlib import contextmanager
from decimal import Decimal

from django.db import connection

from streams.models import Charge, StreamEvent

BEST_FIRST = (("socket", "webhook"), ("hangup",), ("sweep",))


def owed(stream_ids) -> dict[str, Decimal]:
    """What each stream costs by its stored facts: a begun minute is $0.003. Streams without an end are left out."""
    found = {}
    for stream_id in stream_ids:
        facts = list(StreamEvent.objects.filter(stream_id=stream_id))
        starts = [f.occurred_at for f in facts if f.kind == "start"]
        for sources in BEST_FIRST:
            ends = sorted(f.occurred_at for f in facts if f.kind == "stop" and f.source in sources)
            if ends:
                sane = [end for end in ends if not starts or end >= min(starts)] or ends
                seconds = max((sane[0] - min(starts)).total_seconds(), 0) if starts else 0
                minutes = max(1, -(-int(seconds + 0.999) // 60))
                found[stream_id] = Decimal("0.003") * minutes
                break
    return found


def faults(call, stream_ids) -> list[str]:
    """Everything that is wrong with the stream charges of a call, as sentences."""
    expected = owed(stream_ids)
    charges = list(Charge.objects.filter(call=call, kind="stream"))
    replaced = {charge.supersedes_id for charge in charges}
    current = [charge for charge in charges if charge.pk not in replaced]
    count = Counter(charge.source_key.removeprefix("stream:") for charge in current)
    said = [f"{key} has {n} current charges" for key, n in count.items() if n != 1]
    said += [f"{key} is charged and should not be" for key in count if key not in expected]
    said += [f"{key} is not charged" for key in expected if key not in count]
    for charge in current:
        should = expected.get(charge.source_key.removeprefix("stream:"))
        if should is not None and charge.amount != should:
            said.append(f"{charge.source_key} says {charge.amount}, not {should}")
    if sum(charge.amount for charge in current) != sum(expected.values()):
        said.append("the sum is wrong")
    return said


def current_charge(stream):
    """The one charge of this stream that counts; None before it is charged."""
    found = Charge.objects.filter(source_key=f"stream:{stream.stream_id}")
    replaced = found.exclude(supersedes=None).values_list("supersedes_id", flat=True)
    return found.exclude(pk__in=list(replaced)).first()


class Killed(BaseException):
    """The worker was killed. Not an `Exception`, so that nothing can mistake it for an error to be handled."""


@contextmanager
def killed_at(statement: int):
    """Kill the work just before its statement number `statement`; counts from 0. Says whether it came to that."""
    seen = {"statements": 0, "killed": False}

    def watch(execute, sql, params, many, context):
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            if seen["statements"] == statement:
                seen["killed"] = True
                raise Killed
            seen["statements"] += 1
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(watch):
            yield seen
    except Killed:
        pass
