"""Deepgram's stand-in takes and sends what the package knows, and nothing else."""

import asyncio
import json
from contextlib import asynccontextmanager

import aiohttp
import pytest

from streams.audio import mulaw
from tests.standins.deepgram import KEY, Deepgram
from tests.standins.deepgram_frames import checked, results
from tests.standins.frames import WrongFrame
from tests.standins.server import serving
from tests.standins.sound import tone

QUERY = {
    "model": "nova-3",
    "encoding": "mulaw",
    "sample_rate": "8000",
    "interim_results": "true",
    "vad_events": "true",
    "endpointing": "300",
    "utterance_end_ms": "1000",
}
SAID = mulaw.silence(400) + tone(800) + mulaw.silence(1200)


@asynccontextmanager
async def connected(standin, **query):
    async with serving(standin) as address, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Token {KEY}"}
        async with session.ws_connect(f"{address}/v1/listen", params=QUERY | query, headers=headers) as socket:
            yield socket


async def all_of(socket):
    await socket.send_str(json.dumps({"type": "CloseStream"}))
    async with asyncio.timeout(5):
        return [json.loads(message.data) async for message in socket]


async def test_an_utterance_is_told_in_the_services_order_and_in_the_time_of_the_audio():
    standin = Deepgram(texts=["two words"])
    async with connected(standin) as socket:
        await socket.send_bytes(SAID)
        frames = await all_of(socket)
    kinds = [(frame["type"], frame.get("is_final"), frame.get("speech_final")) for frame in frames]
    assert kinds[0] == ("SpeechStarted", None, None)
    assert set(kinds[1:3]) == {("Results", False, False)}
    assert kinds[3:] == [
        ("Results", True, True),
        ("UtteranceEnd", None, None),
        ("Results", True, False),
        ("Metadata", None, None),
    ]
    words = frames[3]["channel"]["alternatives"][0]["words"]
    assert frames[0]["timestamp"] == words[0]["start"] == 0.4
    assert words[-1]["end"] == frames[4]["last_word_end"] == 1.2


async def test_what_is_heard_does_not_depend_on_how_the_audio_is_cut():
    whole, cut = Deepgram(texts=["two words"]), Deepgram(texts=["two words"])
    async with connected(whole) as socket:
        await socket.send_bytes(SAID)
        await all_of(socket)
    async with connected(cut) as socket:
        for start in range(0, len(SAID), 77):
            await socket.send_bytes(SAID[start : start + 77])
        await all_of(socket)
    assert whole.sent == cut.sent


async def test_a_recogniser_is_given_the_audio_and_the_words_to_expect():
    given = []

    async def hears(audio, phrases):
        given.append((len(audio), phrases))
        return "sales", 0.7

    async with connected(Deepgram(hears=hears), keyterm="sales") as socket:
        await socket.send_bytes(SAID)
        frames = await all_of(socket)
    assert given[0][1] == ("sales",)
    assert given[0][0] >= 800 * 8
    assert {frame["channel"]["alternatives"][0]["confidence"] for frame in frames if frame.get("speech_final")} == {0.7}


@pytest.mark.parametrize(
    "query", [{"smartformat": "true"}, {"vad_events": "True"}, {"utterance_end_ms": "500"}, {"sample_rate": "16000"}]
)
async def test_an_address_that_the_service_does_not_know_is_refused_and_remembered(query):
    standin = Deepgram()
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with connected(standin, **query):
            pass
    assert standin.wrong


@pytest.mark.parametrize("text", ["{", '{"type":"Goodbye"}', '{"type":"Configure","keyterm":["x"]}'])
async def test_a_message_that_the_package_does_not_know_is_an_error_and_remembered(text):
    standin = Deepgram()
    async with connected(standin) as socket:
        await socket.send_str(text)
        frames = await all_of(socket)
    assert frames[0]["type"] == "Error"
    assert standin.wrong


async def test_only_audio_and_keep_alive_hold_the_line():
    standin = Deepgram(idle_seconds=0.1)
    async with connected(standin) as socket, asyncio.timeout(5):
        answered = 0
        while True:
            await socket.send_str(json.dumps({"type": "Finalize"}))
            if (await socket.receive()).type is not aiohttp.WSMsgType.TEXT:
                break
            answered += 1
    assert answered > 1
    assert socket.close_code == 1011
    assert standin.wrong == []


def test_it_cannot_send_what_the_package_does_not_know():
    with pytest.raises(WrongFrame, match="certainty"):
        checked(type="UtteranceEnd", channel=[0, 1], last_word_end=1.0, certainty=1)
    assert results("a word", start=0, end=1, words_from=0, words_to=1)["type"] == "Results"
