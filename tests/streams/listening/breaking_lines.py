"""The real adapters against the vendors' stand-ins, with everything that goes wrong on the way: by name, for tests and
for `benchmarks/words_lost.py`.

The stand-ins hear the words from the audio that they are sent, late, twice and in another order than they were said.
"""

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from streams.ai import first_ears
from streams.ai.deepgram import ears as deepgram_adapter
from streams.ai.deepgram.ears import DeepgramEars
from streams.ai.first_ears import FirstEars
from streams.ai.openai import ears as openai_adapter
from streams.ai.openai.client import OpenAIAccount, OpenAIClients
from streams.ai.openai.ears import OpenAIEars
from streams.ai.provider import ListenOptions
from tests.standins import marked_speech
from tests.standins.deepgram import KEY, Deepgram, Trouble
from tests.standins.openai_realtime import Faults, RealtimeStandin
from tests.standins.server import serving
from tests.streams.listening.marked_call import Written, talks, written

PACE = 0.01  # seconds that a second of the call takes
WORD_LATE = 0.04  # seconds, at most
TURN_LATE = 0.2  # the same, of a turn: later ones are written down before it
DROPS = 0.12  # of the seconds of a call: then a connection is gone


@dataclass
class Engines:
    """Fulfils `streams.listening.scribe.Ears`."""

    made: FirstEars

    def transcriber(self, name=""):
        return self.made


def troubles(chance: random.Random, refused: float = 0.0) -> Iterator[Trouble]:
    """One for each of Deepgram's connections. `refused` is the share that is not let in."""
    while True:
        if chance.random() < refused:
            yield Trouble(status=503)
            continue
        after_ms = chance.randrange(500, 30_000)
        how = chance.choice(["drop_after_ms", "close_after_ms"])
        late = chance.random() * WORD_LATE
        yield Trouble(finals_late=late, repeats=True, noisy=chance.random() < 0.2, **{how: after_ms})


def deepgram(chance: random.Random, refused: float = 0.0) -> Deepgram:
    async def hears(audio, phrases):
        return marked_speech.heard(audio), 0.9

    return Deepgram(hears=hears, in_parts=True, troubles=troubles(chance, refused))


def openai(chance: random.Random) -> RealtimeStandin:
    async def hears(audio, settings):
        await asyncio.sleep(chance.random() * TURN_LATE)
        return marked_speech.heard(audio)

    return RealtimeStandin(hearing=hears, faults=Faults(transcript_repeats=True), remembers=10)


def dropping(standin: RealtimeStandin, chance: random.Random) -> Callable[[], None]:
    """Tears one of the connections now and then."""

    def each_second():
        if standin.sessions and chance.random() < DROPS:
            chance.choice(standin.sessions[-2:]).drop()

    return each_second


def openai_ears(address: str, model: str) -> OpenAIEars:
    return OpenAIEars(OpenAIClients(OpenAIAccount(key="sk", base_url=f"{address}/v1")), model=model)


def deepgram_ears(address: str) -> DeepgramEars:
    return DeepgramEars(KEY, model="nova-3", base_url=address)


async def _deepgram(utterances: int, chance: random.Random, **how) -> Written:
    standin = deepgram(chance)
    async with serving(standin) as address:
        engines = Engines(FirstEars(deepgram_ears(address)))
        found = await written(engines, talks(utterances, chance), pace=PACE, **how)
    return counted(found, standin)


async def _openai(utterances: int, chance: random.Random, *, model: str) -> Written:
    standin = openai(chance)
    async with serving(standin) as address:
        engines = Engines(FirstEars(openai_ears(address, model)))
        each_second = dropping(standin, chance)
        found = await written(engines, talks(utterances, chance), pace=PACE, each_second=each_second)
    return counted(found, standin)


async def _fallback(utterances: int, chance: random.Random) -> Written:
    first, second = deepgram(chance, refused=0.6), openai(chance)
    async with serving(first, second) as address:
        engines = Engines(FirstEars(deepgram_ears(address), openai_ears(address, "gpt-transcribe")))
        each_second = dropping(second, chance)
        found = await written(engines, talks(utterances, chance), pace=PACE, each_second=each_second)
    return counted(found, first, second)


async def _carrier(utterances: int, chance: random.Random) -> Written:
    return await _deepgram(utterances, chance, carrier_returns=tuple(range(7, 10_000, 23)))


def counted(found: Written, *parts: Deepgram | RealtimeStandin) -> Written:
    """With the number of connections that it took."""
    found.connections = sum(len(part.queries if isinstance(part, Deepgram) else part.sessions) for part in parts)
    return found


RUNS = {
    "Deepgram": _deepgram,
    "OpenAI, which finds turns": lambda utterances, chance: _openai(utterances, chance, model="gpt-transcribe"),
    "OpenAI, told where turns end": lambda utterances, chance: _openai(utterances, chance, model="gpt-live-transcribe"),
    "Deepgram, then OpenAI": _fallback,
    "Deepgram, while the carrier comes back": _carrier,
}


def hurry(change=setattr) -> None:
    """For calls that pass much faster than people speak: whoever is asked again is asked soon, and a second of
    connecting, on a busy machine, is a minute of the call."""
    change(first_ears, "PAUSES", (0.01,))
    change(openai_adapter, "SET_UP_SECONDS", 30.0)
    change(deepgram_adapter, "OPEN_SECONDS", 30.0)
    change(ListenOptions, "kept_seconds", 1200.0)


async def run(name: str, utterances: int, seed: int) -> Written:
    """One of them."""
    return await RUNS[name](utterances, random.Random(seed))
