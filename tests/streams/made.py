"""Calls as the live side would have left them, made row by row."""

from datetime import UTC, datetime, timedelta
from itertools import count

from streams.models import Call, CallEvent, CallStatus, Stream, StreamEvent

# Later than any clock that runs these tests, so that rows stamped with the true time count as long past.
NOON = datetime(2090, 11, 22, 12, 0, tzinfo=UTC)
_numbers = count(1)

SNAPSHOT = {
    "steps": {
        "menu": {"kind": "menu", "name": "Main menu", "settings": {}},
        "helper": {"kind": "agent", "name": "Helper", "settings": {}},
        "support": {"kind": "transfer", "name": "To Support", "settings": {}},
        "bye": {"kind": "hangup", "name": "Goodbye", "settings": {}},
    },
    "exits": [
        {"step": "menu", "outcome": "key-1", "goes_to": "support", "label": "Support", "phrases": []},
        {"step": "menu", "outcome": "no-match", "goes_to": "helper", "label": "", "phrases": []},
    ],
    "resources": {"hours": {}, "destination": {"desk": "Support desk"}},
}


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def a_call(*, ended: float | None = None, by: str = "hangup", **fields) -> Call:
    """A call answered at noon; `ended` seconds later, if given."""
    number = next(_numbers)
    given = {
        "call_uuid": f"call-{number}",
        "caller": f"+1415555{number:04}",
        "called": "+14155550199",
        "began_at": NOON,
        "answered_at": NOON,
        "status": CallStatus.LIVE,
    }
    if ended is not None:
        given |= {"ended_at": at(ended), "ended_by": by, "status": CallStatus.ENDED}
    return Call.objects.create(**given | fields)


def a_stream(call: Call, *, began: float = 0, ended: float | None = None, **fields) -> Stream:
    """A stream of this call, with the facts its socket told."""
    stream_id = f"stream-{next(_numbers)}"
    end = at(ended) if ended is not None else None
    stream = Stream.objects.create(call=call, stream_id=stream_id, started_at=at(began), ended_at=end, **fields)
    fact(stream, "socket", "start", began)
    if ended is not None:
        fact(stream, "socket", "stop", ended)
    return stream


def fact(stream: Stream, source: str, kind: str, seconds: float) -> None:
    """One word about a stream, however often it is said."""
    StreamEvent.objects.get_or_create(
        source=source,
        dedupe_key=f"{stream.stream_id}:{kind}",
        defaults={"stream_id": stream.stream_id, "call": stream.call, "kind": kind, "occurred_at": at(seconds)},
    )


def log(call: Call, *lines: tuple) -> None:
    """Lines of the call's log: (at, kind, step, data)."""
    last = call.events.count()
    CallEvent.objects.bulk_create(
        CallEvent(call=call, seq=last + place, at=when, kind=kind, step=step, data=data)
        for place, (when, kind, step, data) in enumerate(lines, start=1)
    )


TALK = (
    (0.0, "answered", "", {}),
    (0.0, "entered", "menu", {}),
    (0.1, "prompt_started", "menu", {"prompt": "said-1", "texts": ["Thanks for calling.", "Press 1 for support."]}),
    (3.0, "prompt_cut", "menu", {"prompt": "said-1", "heard_ms": 2000, "by": "speech"}),
    (3.1, "utterance", "menu", {"text": "my drill arrived broken", "confidence": 0.91}),
    (3.2, "left", "menu", {"outcome": "no-match", "goes_to": "helper"}),
    (3.2, "entered", "helper", {}),
    (3.3, "agent_started", "helper", {"engine": "local", "title": "Scripted assistant (no AI)"}),
    (5.0, "agent_said", "helper", {"text": "When did you buy it?", "latency_ms": 640, "prompt": "said-2"}),
    (6.0, "prompt_heard", "helper", {"prompt": "said-2"}),
    (8.0, "agent_heard", "helper", {"text": "two years ago"}),
    (8.1, "used", "helper", {"engine": "local", "model": "Scripted assistant (no AI)", "unit": "turns", "quantity": 2}),
    (9.0, "agent_finished", "helper", {"outcome": "person"}),
    (9.1, "left", "helper", {"outcome": "person", "goes_to": "support"}),
    (9.1, "entered", "support", {}),
    (9.2, "transfer", "support", {"destination": "desk"}),
)
REACHED = (60.0, "transfer_finished", "support", {"result": "completed", "seconds": 50})
