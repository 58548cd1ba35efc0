"""A conversation between two of our own voices, written down by our own recogniser: as `make run` has it."""

import asyncio

import pytest

from streams import engines
from streams.audio import mulaw
from streams.listening.scribe import Scribe
from streams.live_engines import LiveEngines
from tests.streams.ai.telephone import frames, in_a_room
from tests.streams.clock import VirtualClock

SCRIPT = (
    ("inbound", "sam", "I ordered twenty chairs last month and they never arrived"),
    ("outbound", "carol", "I am sorry about that let me see what I can do"),
)


@pytest.fixture
async def conversation():
    """Both tracks; while one speaks the other is silent."""
    tracks = {"inbound": b"", "outbound": b""}
    for speaks, voice, row in SCRIPT:
        pieces = engines.synthesizer("local").speak(row, voice=voice)
        said = in_a_room(b"".join([piece async for piece in pieces if isinstance(piece, bytes)]))
        for track in tracks:
            tracks[track] += said if track == speaks else mulaw.silence(len(said) // mulaw.BYTES_A_MS)
    return {track: frames(audio) for track, audio in tracks.items()}


async def test_both_speakers_are_written_down_in_the_order_they_spoke(conversation):
    clock, lines = VirtualClock(), []
    scribe = Scribe(
        LiveEngines(failed=lambda *how: None),
        began=5.0,
        clock=clock,
        note=lambda kind, **data: lines.append((kind, data)),
        interim=lambda who, text: None,
        stream="s1",
        phrases=tuple(row for _, _, row in SCRIPT),
        transcriber="local",
    )
    scribe.start()
    for place in range(len(conversation["inbound"])):
        clock.pass_seconds(0.02)
        for track, talk in conversation.items():
            scribe.hear(track, talk[place])
        if place % 50 == 0:
            await asyncio.sleep(0)
    await scribe.finish(30.0)
    told = sorted((data["began"], data["who"], data["text"]) for kind, data in lines if kind == "overheard")
    people = {"inbound": "caller", "outbound": "person"}
    assert [(who, text) for _, who, text in told] == [(people[track], row) for track, _, row in SCRIPT]
    assert told[0][0] == pytest.approx(5.5, abs=0.3)
    assert sum(data["quantity"] for kind, data in lines if kind == "used") > 4
