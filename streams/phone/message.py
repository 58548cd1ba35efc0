"""The verb <Record>: the caller leaves a message, or the whole call is recorded in the background."""

import uuid
from typing import TYPE_CHECKING

from streams.audio import mulaw
from streams.phone import sound
from streams.phone.clock import FRAME_SECONDS
from streams.phone.documents import Document, Element
from streams.phone.forms import Form
from streams.phone.line import Tick

if TYPE_CHECKING:
    from streams.phone.call import PhoneCall

LONGEST, QUIET_SECONDS = 60.0, 15.0
NOT_YET = {"RecordingDuration": "-1", "RecordingDurationMs": "-1"}


class Message:
    """Listens to the caller until the key, silence or the time limit ends the recording."""

    def __init__(self, call: "PhoneCall", element: Element) -> None:
        self.audio = bytearray()
        self.key = ""
        self._handset = call.handset
        finish = element.get("finishOnKey", "#")
        self._finish_keys = "" if finish == "none" else finish
        self._longest = element.number("maxLength", LONGEST)
        self._quiet_limit = element.number("timeout", QUIET_SECONDS)
        self._quiet = 0.0

    def is_over(self, tick: Tick) -> bool:
        """Take one frame; true when it was the last."""
        if tick.key and tick.key in self._finish_keys:
            self.key = tick.key
            return True
        self.audio += tick.caller
        self._quiet = 0.0 if self._handset.is_speaking else self._quiet + FRAME_SECONDS
        return self._quiet >= self._quiet_limit or len(self.audio) >= self._longest * mulaw.RATE


async def record_message(call: "PhoneCall", element: Element) -> Document | None:
    """Record, then tell `action`, and `callbackUrl` when the file can be fetched."""
    named = _names(call)
    if element.says("recordSession", False):
        _record_beside(call, element, named)
        return await call.act(element, "Record", named | NOT_YET)
    if element.says("playBeep", True):
        await call.line.play(sound.beep())
        call.note("hears", "(beep)")
        call.handset.hears("(beep)")
    message = Message(call, element)

    def left() -> None:
        fields = named | _durations(message.audio) | {"Digits": "hangup"}
        for url in filter(None, (element.get("action"), element.get("callbackUrl"))):
            call.callbacks.notify(url, call.form("Record") | fields)

    call.if_caller_leaves.append(left)
    call.ending = "a message was left"
    with call.silence.excused():
        await call.line.wait_for(message.is_over)
    call.if_caller_leaves.remove(left)
    fields = named | _durations(message.audio) | {"Digits": message.key}
    call.note("far_end", f"a message of {len(message.audio) / mulaw.RATE:.0f} s was recorded")
    _tell_ready(call, element, fields)
    return await call.act(element, "Record", fields)


def _record_beside(call: "PhoneCall", element: Element, named: Form) -> None:
    """Record from here to the end of the call."""
    audio = bytearray()

    def listen(tick: Tick) -> None:
        audio.extend(tick.caller)

    call.line.listeners.append(listen)
    call.at_the_end.append(lambda: _tell_ready(call, element, named | _durations(audio)))


def _tell_ready(call: "PhoneCall", element: Element, fields: Form) -> None:
    url = element.get("callbackUrl")
    if url:
        call.callbacks.notify(url, call.form("RecordStop") | fields, method=element.get("callbackMethod", "POST"))


def _names(call: "PhoneCall") -> Form:
    name = str(uuid.uuid4())
    folder = f"https://media.plivo.com/v1/Account/{call.account.auth_id}/Recording"
    return {"RecordingID": name, "RecordUrl": f"{folder}/{name}.mp3"}


def _durations(audio: bytes | bytearray) -> Form:
    milliseconds = len(audio) // mulaw.BYTES_A_MS
    return {
        "RecordingDuration": str(round(milliseconds / 1000)),
        "RecordingDurationMs": str(milliseconds),
        "RecordingStartMs": "0",
        "RecordingEndMs": str(milliseconds),
    }
