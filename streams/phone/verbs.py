"""The verbs of a document, one function each. A verb returns the document that takes the present one's place, or None.

Verbs that a site for streamed calls has no use for are passed over, and the record says so.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from streams.phone import causes, forms, sound
from streams.phone.causes import CallOver, Cause
from streams.phone.dialling import dial
from streams.phone.documents import VERBS as KNOWN
from streams.phone.documents import Document, Element
from streams.phone.message import record_message
from streams.phone.stream import Setting, Stream
from streams.phone.terms import terms_of

if TYPE_CHECKING:
    from streams.phone.call import PhoneCall

Verb = Callable[["PhoneCall", Element], Awaitable[Document | None]]
UNKNOWN_SOUND_SECONDS = 3.0  # how long a file plays that the phone cannot read
SECONDS_A_LETTER = 0.07  # of speech, when there is no voice to say it


def refusal(document: Document) -> Cause | None:
    """Why the call is not even answered, if the document begins with a refusal."""
    if document and document[0].name == "Hangup":
        return {"rejected": causes.REJECTED, "busy": causes.BUSY}.get(document[0].get("reason"))
    return None


async def stream(call: "PhoneCall", element: Element) -> Document | None:
    """Open a stream; with keepCallAlive what follows waits for its end, without it runs on beside it."""
    if any(stream.is_open for stream in call.streams):
        call.record.violation(call.clock.now(), "two streams", "a call may have one stream at a time")
    if not element.says("keepCallAlive", False):
        open_beside(call, element)
        return None
    opened = _made(call, element)
    if isinstance(opened, str):
        return None
    await opened.run()
    call.streams.remove(opened)
    await opened.worded()
    return await call.where_led()


def open_beside(call: "PhoneCall", element: Element) -> Stream | str:
    """Open a stream that nothing waits for; or a sentence why the carrier would not."""
    opened = _made(call, element)
    if isinstance(opened, Stream):
        call.beside(opened.run())
    return opened


def _made(call: "PhoneCall", element: Element) -> Stream | str:
    terms = terms_of(element, call.profile)
    if isinstance(terms, str):
        call.record.violation(call.clock.now(), "invalid <Stream>", terms)
        return terms
    opened = Stream(_setting(call, element), terms)
    call.streams.append(opened)
    return opened


def _setting(call: "PhoneCall", element: Element) -> Setting:
    url, method = element.get("statusCallbackUrl"), element.get("statusCallbackMethod", "POST")

    def tell(event: str, stream_id: str, **more: str) -> None:
        if not url:
            return
        at = call.clock.epoch()
        form = forms.stream_status(call.facts, event=event, stream_id=stream_id, url=element.text, at=at, **more)

        def post() -> None:
            call.callbacks.notify(url, form, method=method, copies=call.profile.status_copies)

        if event == "start" and call.profile.status_out_of_order:
            call.at_the_end.append(post)
        else:
            post()

    return Setting(call.account, call.profile, call.clock, call.handset, call.line, call.record, call.knowledge, tell)


async def redirect(call: "PhoneCall", element: Element) -> Document | None:
    """Go on with another document."""
    method = element.get("method", "POST")
    return await call.callbacks.document(element.text, call.form("Redirect"), place="redirect", method=method)


async def hangup(call: "PhoneCall", element: Element) -> Document | None:
    """End the call, at once or in some seconds."""
    seconds = element.number("schedule", 0.0)
    if not seconds:
        raise CallOver(causes.HANGUP)

    async def later() -> None:
        await call.clock.sleep(seconds)
        call.decide(causes.SCHEDULED)

    call.beside(later())
    return None


async def speak(call: "PhoneCall", element: Element) -> Document | None:
    """The carrier's own voice reads a text."""
    audio = await call.voice.read(element.text)
    await _sound(call, element, audio or sound.silence(len(element.text) * SECONDS_A_LETTER), element.text)
    return None


async def play(call: "PhoneCall", element: Element) -> Document | None:
    """A sound file; one that cannot be had is skipped."""
    file = await call.callbacks.media(element.text)
    if file is not None:
        audio = sound.from_wav(file) or sound.silence(UNKNOWN_SOUND_SECONDS)
        await _sound(call, element, audio, f"(plays {element.text})")
    return None


async def _sound(call: "PhoneCall", element: Element, audio: bytes, words: str) -> None:
    loops = int(element.number("loop", 1))
    for _ in range(loops) if loops else itertools.count():
        await call.line.play(audio)
        call.note("hears", words)
        call.record.heard.append(words)
        call.handset.hears(words)


async def get_digits(call: "PhoneCall", element: Element) -> Document | None:
    """Say what stands within until a key is pressed, as often as asked; then tell the `action`. One key, no more."""
    valid = element.get("validDigits", "1234567890*#")
    for _ in range(int(element.number("retries", 1))):
        asking = asyncio.create_task(_ask(call, element))
        key = asyncio.create_task(call.line.wait_for(lambda tick: tick.key != "" and tick.key in valid))
        try:
            await asyncio.wait({asking, key}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            asking.cancel()
            key.cancel()
        if key.done():
            call.line.queue.clear()
            return await call.act(element, "GetDigits", {"Digits": key.result().key})
        asking.result()
    return None


async def _ask(call: "PhoneCall", element: Element) -> None:
    for child in element.children:
        await VERBS[child.name](call, child)
    await call.clock.sleep(element.number("timeout", 5.0))


async def wait(call: "PhoneCall", element: Element) -> Document | None:
    """Nothing, for some seconds."""
    await call.clock.sleep(element.number("length", 1.0))
    return None


async def pass_over(call: "PhoneCall", element: Element) -> Document | None:
    """A verb that this phone does not play."""
    call.note("verb", f"<{element.name}> is passed over: this phone does not play it.")
    await asyncio.sleep(0)
    return None


VERBS: Mapping[str, Verb] = dict.fromkeys(KNOWN, pass_over) | {
    "Stream": stream,
    "Redirect": redirect,
    "Hangup": hangup,
    "Speak": speak,
    "Play": play,
    "Wait": wait,
    "GetDigits": get_digits,
    "Dial": dial,
    "Record": record_message,
}
