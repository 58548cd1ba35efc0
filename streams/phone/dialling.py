"""The verb <Dial>: the site puts the caller through, and somebody at the far end answers or does not."""

import asyncio
import math
import uuid
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from streams.phone import causes, sound
from streams.phone.book import Leg
from streams.phone.causes import Cause
from streams.phone.documents import Document, Element
from streams.phone.far_end import Ringing, ring
from streams.phone.forms import Form
from streams.phone.person import take_the_call

if TYPE_CHECKING:
    from streams.phone.call import PhoneCall

RING_SECONDS = 120.0
TALK_SECONDS = 14400.0
NETWORK_CAUSES = {"completed": "NORMAL_CLEARING", "busy": "USER_BUSY", "no-answer": "NO_ANSWER"}


async def dial(call: "PhoneCall", element: Element) -> Document | None:
    """Ring the numbers, let the two talk, and tell the `action` how it went."""
    numbers = [child.text for child in element.children if child.name in ("Number", "User")]
    ringing = ring(numbers, call.far_ends, timeout=element.number("timeout", RING_SECONDS))
    legs = {"DialALegUUID": call.facts.call_uuid, "DialBLegUUID": str(uuid.uuid4())}
    status = "cancel"

    began = call.clock.epoch()

    def cancelled() -> None:
        if status == "cancel":
            _book(call, element, numbers[:1], legs, began, None)
        url = element.get("action")
        if url:
            call.callbacks.notify(url, call.form("Dial") | legs | _result(status))

    call.note("far_end", f"{', '.join(numbers)} rings")
    call.if_caller_leaves.append(cancelled)
    with call.silence.excused():
        await _first([call.line.play(sound.ringing(ringing.seconds)), _led_on(call)])
        if call.is_led_on.is_set():
            _book(call, element, numbers[:1], legs, began, None)
        elif ringing.status == "completed":
            status = "completed"
            answered = call.clock.epoch()
            try:
                await _talk(call, element, ringing, legs)
            finally:
                _book(call, element, [ringing.number], legs, began, answered)
        else:
            _book(call, element, numbers[:1], legs, began, None)
            call.note("far_end", {"busy": "is busy", "no-answer": "does not answer"}[ringing.status])
    call.if_caller_leaves.remove(cancelled)
    if led := await call.where_led():
        return led
    return await call.act(element, "Dial", legs | _result(ringing.status))


def _book(
    call: "PhoneCall", element: Element, numbers: list[str], legs: Form, began: float, answered: float | None
) -> None:
    """The leg to who was dialled, for the carrier's book."""
    cause: Cause = causes.HANGUP if answered else causes.NOBODY_ANSWERS
    call.record.legs.append(
        Leg(
            uuid=legs["DialBLegUUID"],
            parent=call.facts.call_uuid,
            direction="outbound",
            from_number=element.get("callerId") or call.facts.caller,
            to_number="".join(numbers),
            began_at=began,
            answered_at=answered,
            ended_at=call.clock.epoch(),
            code=cause.code,
            name=cause.name,
            source=cause.source,
        )
    )


async def _talk(call: "PhoneCall", element: Element, ringing: Ringing, legs: Form) -> None:
    seconds = min(ringing.talks, element.number("timeLimit", TALK_SECONDS))
    call.note("far_end", f"{ringing.number} answers, and they talk")
    call.ending = "transferred"
    _notify(call, element, "answer", ringing, legs)
    began = call.clock.now()
    ends = [call.clock.sleep(seconds), take_the_call(call, ringing.lines), _led_on(call)]
    if element.says("hangupOnStar", False):
        ends.append(_star(call))
    try:
        await _first(ends)
    finally:
        talked = call.clock.now() - began
        _notify(call, element, "hangup", ringing, legs | _duration(talked))
    call.note("far_end", f"they talked for {talked:.0f} s")


async def _first(ends: list[Coroutine[Any, Any, None]]) -> None:
    """Wait for the first of what may end a talk; the others end with it."""
    waits = [asyncio.create_task(end) for end in ends]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waits:
            task.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


async def _led_on(call: "PhoneCall") -> None:
    """Until the site has the carrier lead the caller on to another document; the other leg ends with that."""
    await call.is_led_on.wait()


async def _star(call: "PhoneCall") -> None:
    await call.line.wait_for(lambda tick: tick.key == "*")


def _notify(call: "PhoneCall", element: Element, action: str, ringing: Ringing, fields: Form) -> None:
    url = element.get("callbackUrl")
    if url:
        form = call.form("DialAnswer" if action == "answer" else "DialHangup")
        form |= {"DialAction": action, "DialBLegFrom": element.get("callerId"), "DialBLegTo": ringing.number} | fields
        call.callbacks.notify(url, form, method=element.get("callbackMethod", "POST"))


def _duration(seconds: float) -> Form:
    whole = math.ceil(seconds)
    return {
        "DialBLegDuration": str(whole),
        "DialBLegBillDuration": str(math.ceil(whole / 60) * 60),
        "DialBLegHangupCauseName": "Normal Hangup",
        "DialBLegHangupCauseCode": "4000",
    }


def _result(status: str) -> Form:
    return {
        "DialStatus": status,
        "DialRingStatus": "true",
        "DialHangupCause": NETWORK_CAUSES.get(status, "ORIGINATOR_CANCEL"),
    }
