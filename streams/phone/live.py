"""Calls that this phone has on the line now, for the carrier's REST side: lead them on; begin, list and end streams.

The REST side answers in threads of its own, and each call lives on an event loop; nothing here touches a call from
another thread than its own.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

from streams.phone.call import PhoneCall
from streams.phone.documents import Element
from streams.phone.stream import Stream
from streams.phone.verbs import open_beside

Answer = tuple[int, dict[str, Any]]
T = TypeVar("T")

ANSWERED_WITHIN = 5.0  # seconds that a call's loop has
NOT_FOUND: Answer = (404, {"error": "not found"})
ACTIVE: Answer = (400, {"error": "there is an active stream on this call already"})
# A field of a REST order, and the attribute of <Stream> that says the same.
FIELDS = {
    "bidirectional": "bidirectional",
    "audio_track": "audioTrack",
    "stream_timeout": "streamTimeout",
    "status_callback_url": "statusCallbackUrl",
    "status_callback_method": "statusCallbackMethod",
    "content_type": "contentType",
    "extra_headers": "extraHeaders",
}


class LiveCalls:
    """The calls on the line, by the carrier's name for them. Each is `listed` for as long as it goes on."""

    def __init__(self) -> None:
        self.listed: Callable[[str], AbstractContextManager[None]] = lambda uuid: nullcontext()
        self._calls: dict[str, tuple[PhoneCall, asyncio.AbstractEventLoop]] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def on_the_line(self, call: PhoneCall) -> Iterator[None]:
        """For as long as this lasts, on the call's own loop."""
        with self._lock:
            self._calls[call.facts.call_uuid] = call, asyncio.get_running_loop()
        try:
            with self.listed(call.facts.call_uuid):
                yield
        finally:
            with self._lock:
                self._calls.pop(call.facts.call_uuid, None)

    def numbers(self) -> dict[str, str]:
        """Whom each call on the line goes to, by the carrier's name for it."""
        with self._lock:
            return {uuid: call.facts.called for uuid, (call, _) in self._calls.items()}

    def lead_on(self, uuid: str, wanted: dict[str, Any]) -> Answer | None:
        """What the carrier says to a request for a transfer; None where there is no such call."""
        with self._lock:
            found = self._calls.get(uuid)
        if found is None:
            return None
        call, loop = found
        url = str(wanted.get("aleg_url", ""))
        if not url or wanted.get("legs", "aleg") != "aleg":
            return 400, {"error": "this phone leads the caller on: legs is aleg, and aleg_url says where"}
        asyncio.run_coroutine_threadsafe(call.transfer(url), loop).result(ANSWERED_WITHIN)
        return 202, {"message": "call transfered"}  # their spelling

    def streams(self, method: str, uuid: str, stream_id: str, wanted: dict[str, Any]) -> Answer | None:
        """What the carrier says to a request about a live call's streams; None where there is no such call."""
        with self._lock:
            found = self._calls.get(uuid)
        if found is None:
            return None
        call, loop = found
        match method:
            case "POST":
                return _on(loop, lambda: _begin(call, wanted))
            case "DELETE":
                return _on(loop, lambda: _end(call, stream_id))
        return _on(loop, lambda: _tell(call, stream_id))


def _on(loop: asyncio.AbstractEventLoop, work: Callable[[], T]) -> T:
    async def there() -> T:
        return work()

    return asyncio.run_coroutine_threadsafe(there(), loop).result(ANSWERED_WITHIN)


def _begin(call: PhoneCall, wanted: dict[str, Any]) -> Answer:
    if call.record.answered_at is None:
        return NOT_FOUND
    if any(stream.is_open for stream in call.streams):
        return ACTIVE
    spelled = {FIELDS[name]: _spelled(said) for name, said in wanted.items() if name in FIELDS}
    opened = open_beside(call, Element("Stream", str(wanted.get("service_url", "")), spelled))
    if isinstance(opened, str):
        return 400, {"error": opened}
    return 202, {"message": "audio streaming started", "stream_id": opened.stream_id}


def _spelled(said: Any) -> str:
    return str(said).lower() if isinstance(said, bool) else str(said)


def _end(call: PhoneCall, stream_id: str) -> Answer:
    streams = _open(call, stream_id)
    if stream_id and not streams:
        return NOT_FOUND
    for stream in streams:
        call.beside(stream.end("API request"))
    return 204, {}


def _tell(call: PhoneCall, stream_id: str) -> Answer:
    told = [_object(call, stream) for stream in _open(call, stream_id)]
    if stream_id:
        return (200, told[0]) if told else NOT_FOUND
    return 200, {"objects": told, "meta": {"limit": 20, "offset": 0, "total_count": len(told)}}


def _object(call: PhoneCall, stream: Stream) -> dict[str, Any]:
    """The carrier's object for a stream that is open."""
    terms = stream.terms
    return {
        "audio_track": "both" if len(terms.tracks) > 1 else terms.tracks[0],
        "bidirectional": terms.bidirectional,
        "call_uuid": call.facts.call_uuid,
        "service_url": terms.url,
        "status": "started",
        "stream_id": stream.stream_id,
    }


def _open(call: PhoneCall, stream_id: str) -> list[Stream]:
    return [stream for stream in call.streams if stream.is_open and stream_id in ("", stream.stream_id)]
