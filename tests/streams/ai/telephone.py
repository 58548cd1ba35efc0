"""Speech as it comes down a telephone line, for tests of what listens, and what comes of it."""

import asyncio

import numpy as np

from streams.audio import mulaw

NOISE = 30.0  # standard deviation of 16-bit samples: a quiet room


def in_a_room(speech, *, before_ms=500, after_ms=1100):
    """Mu-law speech with a quiet room before, during and after it."""
    line = mulaw.decode(mulaw.silence(before_ms) + speech + mulaw.silence(after_ms))
    noise = np.random.default_rng(7).normal(0, NOISE, len(line))
    return mulaw.encode(np.clip(line + noise, -32768, 32767).astype(np.int16))


def frames(audio):
    """In pieces of 20 ms, as a carrier sends them."""
    return [audio[start : start + mulaw.FRAME] for start in range(0, len(audio), mulaw.FRAME)]


def push(engine, audio):
    """Hand it over as a carrier does."""
    for frame in frames(audio):
        engine.push(frame)


async def until(engine, *kinds, within=5):
    """What it tells, up to the first event of one of these kinds; all of it when there is none."""
    events = []
    async with asyncio.timeout(within):
        async for event in engine:
            events.append(event)
            if isinstance(event, kinds):
                break
    return events
