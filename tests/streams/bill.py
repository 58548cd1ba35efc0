"""A call of two minutes with an AI step, billed twice: by what its log says, and by what the vendors' stand-ins count.

The session and the engines are the real ones; only the line's time is a test's, so two minutes pass in a second.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.test import override_settings

from streams import engines, event_log
from streams.billing.price_list import list_prices
from streams.billing.prices import ship_rates, usage_prices
from streams.carriers.carrier import AudioReceived
from streams.finalise import finalise
from streams.live_engines import LiveEngines
from streams.models import Call
from tests.builders import flow_of
from tests.standins.deepgram import Deepgram
from tests.standins.elevenlabs import ElevenLabs
from tests.standins.openai_by_words import by_words
from tests.standins.openai_http import OpenAIHTTP
from tests.standins.openai_model import Asked, Says
from tests.standins.openai_realtime import Call as Function
from tests.standins.openai_realtime import RealtimeStandin, Say
from tests.standins.server import serving_beside
from tests.streams.made import a_call, at
from tests.streams.test_session import Line

Bill = Counter[tuple[str, str]]  # quantity by (model, unit)

WITHIN = 20.0  # seconds of real time for anything to happen
LOUD, QUIET = b"\x10\x90" * 80, b"\xff" * 160
PAUSE_MS = 1100  # longer than any engine waits for more words
GREETING = "Good morning, this is our automated assistant. How can I help you today?"
LOOK_UP, DELIVERY = "Let me look that up for you.", "It left our house on Monday and goes by road. " * 8
FRIDAY, TAKEN = "It will be with you on Friday, before noon at the latest.", "Your message was left. Anything else?"
GOODBYE = "Thank you for calling. Goodbye."
ORDER, WHEN = "where is my order four seven one one", "and when does it arrive"
MESSAGE, NOTHING = "please take a message for the driver", "no that is all goodbye"
STILL_MAKING = 40  # pieces of the answer that the caller cuts, when they do

SPOKEN = {  # seconds
    "menu": 3.0,
    ORDER: 4.0,
    WHEN: 2.5,
    MESSAGE: 4.0,
    NOTHING: 3.0,
}


def flow(engine: str) -> Any:
    """A menu, and an assistant that looks things up and takes messages."""
    ends = {"sorted": ("bye", "Everything is settled")}
    talk = {"greeting": GREETING, "engine": engine, "lookups": ["orders"], "takes_messages": True}
    return flow_of(
        menu=(
            "menu",
            "For billing, press 1.",
            {"1": ("bye", "Billing", "billing"), "2": ("talk", "An order", "my parcel"), ...: "bye"},
        ),
        talk=("agent", talk, {**ends, ...: "bye"}),
        bye=("hang_up", "Goodbye."),
    )


class Vendors:
    """The stand-ins, with what they are to hear and say, and their own count of it."""

    def __init__(self) -> None:
        self.realtime = RealtimeStandin(
            [
                Say(LOOK_UP, ms=3000, call=Function("look_up_orders", {"order": "4711"})),
                Say(DELIVERY, ms=30_000, stays_after=STILL_MAKING),
                Say(FRIDAY, ms=35_000),
                Say("I will leave that.", ms=4000, call=Function("leave_message", {"message": "Ring twice."})),
                Say(TAKEN, ms=34_000),
                Say(GOODBYE, ms=5000, call=Function("end_conversation", {"outcome": "sorted"})),
            ],
            hears=["where is the parcel of mine", ORDER, WHEN, MESSAGE, NOTHING],
        )
        self.text = OpenAIHTTP(self._text, key="")
        self.deepgram = Deepgram(texts=["where is the parcel of mine", ORDER, WHEN, MESSAGE, NOTHING], key="")
        self.elevenlabs = ElevenLabs(voices=(), key="")
        self._says = iter(
            [
                Says(text=LOOK_UP, calls=(("look_up_orders", {"order": "4711"}),)),
                Says(text=DELIVERY),
                Says(text=FRIDAY),
                Says(text="I will leave that.", calls=(("leave_message", {"message": "Ring twice."}),)),
                Says(text=TAKEN),
                Says(text=GOODBYE, calls=(("end_conversation", {"outcome": "sorted"}),)),
            ]
        )

    async def _text(self, asked: Asked) -> Says:
        if asked.form_name == "Understanding":
            return Says.in_form(answer="2", confidence=0.95)
        return await by_words(asked) if asked.form else next(self._says)

    @contextmanager
    def serving(self, engine: str) -> Iterator[None]:
        """Let the site's engines find them."""
        by_engine = {
            "openai_realtime": {"TRANSCRIBER_ENGINE": "openai", "SYNTHESIZER_ENGINE": "local"},
            "cascade": {"TRANSCRIBER_ENGINE": "deepgram", "SYNTHESIZER_ENGINE": "elevenlabs"},
        }
        with serving_beside(self.realtime, self.text, self.deepgram, self.elevenlabs) as address:
            told = {
                "OPENAI_API_KEY": "standin",
                "OPENAI_BASE_URL": f"{address}/v1",
                "OPENAI_WEBSOCKET_BASE_URL": "",
                "DEEPGRAM_API_KEY": "standin",
                "DEEPGRAM_BASE_URL": address,
                "ELEVENLABS_API_KEY": "standin",
                "ELEVENLABS_BASE_URL": address,
                "AGENT_FALLBACKS": [],
                "UNDERSTANDER_ENGINE": "openai",
                "SUMMARIZER_ENGINE": "openai",
            }
            engines.openai.cache_clear()
            with override_settings(**told, **by_engine[engine]):
                yield
            engines.openai.cache_clear()

    def bill(self, realtime: str, transcription: str, deepgram: str, elevenlabs: str) -> Bill:
        """What they count, under the names of these models: read from their own frames, by none of our code."""
        bill: Bill = Counter()
        for frame in self.realtime.sent:
            if frame["type"] == "response.done" and frame["response"].get("usage"):
                bill.update({(realtime, unit): tokens for unit, tokens in _of_response(frame["response"]["usage"])})
            if frame["type"].endswith("input_audio_transcription.completed"):
                used = frame["usage"]
                bill[transcription, "audio_in"] += used["input_token_details"]["audio_tokens"]
                bill[transcription, "text_out"] += used["output_tokens"]
        for model, tokens in self.text.told:
            bill[model, "text_in"] += tokens.read - tokens.cached
            bill[model, "text_cached"] += tokens.cached
            bill[model, "text_out"] += tokens.written
        bill[deepgram, "seconds"] += sum(self.deepgram.heard_bytes) / 8000  # type: ignore[assignment]
        bill[elevenlabs, "characters"] += sum(len(seen["body"]["text"]) for seen in self.elevenlabs.seen)
        return Counter({key: count for key, count in bill.items() if count})


def _of_response(usage: Any) -> Iterator[tuple[str, int]]:
    """The formula of OpenAI's guide to the costs of Realtime: what is cached is a part of what was read."""
    read, cached, made = (
        usage["input_token_details"],
        usage["input_token_details"]["cached_tokens_details"],
        usage["output_token_details"],
    )
    for kind in ("text", "audio"):
        yield f"{kind}_in", read[f"{kind}_tokens"] - cached[f"{kind}_tokens"]
        yield f"{kind}_cached", cached[f"{kind}_tokens"]
        yield f"{kind}_out", made[f"{kind}_tokens"]


def dollars(bill: Bill) -> Decimal:
    """What the vendors' lists ask for this."""
    prices = {(row.model, row.unit): row.price / row.per for row in list_prices()}
    return sum((prices[key] * Decimal(str(count)) for key, count in bill.items()), Decimal(0))


class Caller:
    """The caller's side of the line: speaks, and waits for things to happen."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def says(self, words: str) -> None:
        """Say this, and pause until it counts as said."""
        for _ in range(round(SPOKEN[words] * 50)):
            await self._hands_over(LOUD)
        for _ in range(PAUSE_MS // 20):
            await self._hands_over(QUIET)

    async def _hands_over(self, frame: bytes) -> None:
        self._line.session.receive(AudioReceived(audio=frame))
        self._line.clock.pass_seconds(0.02)
        await asyncio.sleep(0.002)  # ten times as fast as a caller; faster, and ears give up what they cannot send

    async def until(self, happened: Callable[[], Any]) -> None:
        """Wait for this; no time passes on the line meanwhile."""
        async with asyncio.timeout(WITHIN):
            while not happened():  # noqa: ASYNC110  nothing tells of it
                await asyncio.sleep(0.002)

    async def hears(self, kind: str, times: int = 1) -> None:
        """Wait until the log has so many lines of this kind."""
        try:
            await self.until(lambda: self._line.host.kinds().count(kind) >= times)
        except TimeoutError:
            raise AssertionError(f"No {kind} number {times}: {self._line.host.lines}") from None

    async def listens(self) -> None:
        """Hear everything that is being said to its end, and the line's own second of silence."""
        speaker = self._line.session.speaker
        for _ in range(400):
            if not speaker.is_speaking:
                break
            self._line.clock.pass_seconds(0.5)
            await asyncio.sleep(0.001)

    async def hears_more(self, seconds: float) -> None:
        """Let time pass until so many more seconds of sound have reached the line."""
        enough = len(self._line.wire.audio()) + round(seconds * 8000)
        async with asyncio.timeout(WITHIN):
            while len(self._line.wire.audio()) < enough:
                self._line.clock.pass_seconds(0.1)
                await asyncio.sleep(0.005)


async def talk(engine: str, prices: Any) -> Line:
    """The call, up to where it is hung up."""
    line = Line(flow(engine), engines=LiveEngines(lambda *failed: None), unrendered=(GREETING,), prices=prices)
    caller = Caller(line)
    line.begin()
    await caller.until(lambda: line.session.ears.are_open)
    await caller.listens()
    await caller.says("menu")
    await caller.hears("agent_said")
    await caller.listens()
    await caller.says(ORDER)
    await caller.until(lambda: line.host.asked)
    line.host.found.put_nowait({"status": "sent on Monday"})
    await caller.hears("tool_answered")
    await caller.hears_more(5.0)  # the rest of what it said before, and the beginning of the answer
    await caller.says(WHEN)  # and so cuts the answer short
    await caller.hears("agent_heard", 2)
    await caller.until(lambda: FRIDAY in [row["text"] for row in line.host.of("agent_said")])
    await caller.listens()
    await caller.says(MESSAGE)
    await caller.hears("tool_asked", 2)
    await caller.listens()
    line.press("1")
    await caller.until(lambda: TAKEN in [row["text"] for row in line.host.of("agent_said")])
    await caller.listens()
    await caller.says(NOTHING)
    await caller.until(lambda: GOODBYE in [row["text"] for row in line.host.of("agent_said")])
    while line.host.left is None:
        await caller.listens()
        await asyncio.sleep(0.002)
    await line.session.closed()
    return line


def billed(engine: str) -> tuple[Call, Vendors, Line]:
    """Have the call, finalise it, and give it with the vendors that served it."""
    ship_rates()
    vendors = Vendors()
    with vendors.serving(engine):
        line = asyncio.run(talk(engine, usage_prices(at(0))))
        lasted = line.session.at
        call = a_call(ended=lasted)
        entries = [event_log.Entry(at=0.0, kind=kind, step=step, data=data) for kind, step, data in line.host.lines]
        event_log.append(call.pk, entries)
        finalise(call.pk, now=at(lasted + 60))
    call.refresh_from_db()
    return call, vendors, line


def charged(call: Call) -> Bill:
    """Quantities as charged."""
    bill: Bill = Counter()
    for charge in call.charges.current().filter(kind="ai"):
        model = charge.source_key.split(":", 2)[2].rsplit(":", 1)[0]
        bill[model, charge.unit] = charge.quantity
    return bill
