import asyncio
import gc
import warnings

import numpy as np
import pytest

from streams.ai.openai import voice as openai_voice
from streams.ai.openai.client import OpenAIAccount, OpenAIClients
from streams.ai.openai.voice import VOICES, OpenAISpeech, OpenAIVoice
from streams.ai.provider import Fault, ProviderError, ProviderRefused, ProviderTimedOut, Used
from streams.audio import mulaw
from tests.standins import faults as http_faults
from tests.standins.openai_http import KEY, OpenAIHTTP
from tests.standins.openai_realtime import NEVER, Faults, RealtimeStandin
from tests.standins.server import serving, serving_beside
from tests.standins.sound import speaking_ms, tone

TEXT = "For billing, press 1. My card is 4111."


def clients(address):
    return OpenAIClients(OpenAIAccount(key=KEY, base_url=f"{address}/v1"))


def voice(address, **how):
    return OpenAIVoice(clients(address), model="gpt-realtime-2.1-mini", **how)


def speech(address):
    return OpenAISpeech(clients(address), model="gpt-4o-mini-tts")


async def said(speaking):
    return [piece async for piece in speaking]


def sound(pieces):
    return b"".join(piece for piece in pieces if isinstance(piece, bytes))


async def failing(standin, make=voice, chosen=""):
    async with serving(standin) as address:
        with pytest.raises(ProviderError) as caught:
            await said(make(address).speak(TEXT, voice=chosen))
    assert str(caught.value).startswith("OpenAI ")
    assert KEY not in str(caught.value)
    assert "4111" not in str(caught.value)
    return caught.value


# --- over Realtime ----------------------------------------------------------------------------------------------------


async def test_a_text_is_read_apart_from_any_conversation_as_telephone_audio():
    standin = RealtimeStandin()
    async with serving(standin) as address:
        pieces = await said(voice(address).speak(TEXT, voice="cedar", language="en-GB"))
    audio = sound(pieces)
    assert audio == tone(len(audio) // 8)
    update, create = standin.seen
    assert update["session"]["audio"]["output"] == {"format": {"type": "audio/pcmu"}, "voice": "cedar"}
    assert create["response"]["conversation"] == "none"
    assert create["response"]["input"] == []
    assert create["response"]["tool_choice"] == "none"
    assert "en-GB" in create["response"]["instructions"]
    assert standin.wrong == []


async def test_what_it_used_is_told_by_kind_before_the_audio():
    async with serving(RealtimeStandin()) as address:
        pieces = await said(voice(address).speak(TEXT))
    used = {piece.unit: piece.quantity for piece in pieces if isinstance(piece, Used)}
    assert set(used) == {"text_in", "text_out", "audio_out"}
    assert used["audio_out"] == pytest.approx(len(sound(pieces)) / 8 / 50, abs=1)


async def test_a_server_without_telephone_audio_is_spoken_with_in_pcm():
    async with serving(RealtimeStandin()) as address:
        pieces = await said(voice(address, audio="pcm").speak(TEXT))
    samples = mulaw.decode(sound(pieces)).astype(float)
    loudest = np.abs(np.fft.rfft(samples[800:8800])).argmax()
    assert loudest == pytest.approx(400, abs=2)


def changed(*texts):
    """A voice that says these in turn, whatever it is asked."""
    left = list(texts)

    def dictated(instructions):
        return left.pop(0)

    return dictated


async def test_a_text_that_was_changed_is_read_once_more(monkeypatch):
    monkeypatch.setattr("tests.standins.openai_realtime.response.dictated", changed("Sure, billing!", TEXT))
    standin = RealtimeStandin()
    async with serving(standin) as address:
        pieces = await said(voice(address).speak(TEXT))
    assert len(sound(pieces)) // 8 == 60 * len(TEXT)
    assert len(standin.sessions) == 1
    assert sum(piece.unit == "audio_out" for piece in pieces if isinstance(piece, Used)) == 2


async def test_one_that_is_changed_again_is_refused_and_nobody_hears_it(monkeypatch):
    monkeypatch.setattr("tests.standins.openai_realtime.response.dictated", changed("Sure!", "For billing, press 2."))
    heard = []
    async with serving(RealtimeStandin()) as address:
        with pytest.raises(ProviderRefused, match="as it is written"):  # noqa: PT012
            async for piece in voice(address).speak(TEXT):
                heard.append(piece)
    assert {type(piece) for piece in heard} == {Used}


@pytest.mark.parametrize(
    ("faults", "fault"),
    [
        (Faults(status=401), Fault.KEY),
        (Faults(status=503), Fault.BROKE),
        (Faults(closes_with="invalid_api_key"), Fault.KEY),
        (Faults(closes_with="model_not_found"), Fault.MODEL),
        (Faults(closes_with="insufficient_quota"), Fault.QUOTA),
        (Faults(fails_with="insufficient_quota"), Fault.QUOTA),
        (Faults(fails_with="rate_limit_exceeded"), Fault.BUSY),
        (Faults(fails_with="server_error"), Fault.BROKE),
        (Faults(drops_after=2), Fault.UNREACHABLE),
        (Faults(drops_after=2, drop_code=1000), Fault.UNREACHABLE),
    ],
)
async def test_each_failure_has_its_fault_and_a_sentence_without_secrets(faults, fault):
    assert (await failing(RealtimeStandin(faults=faults))).fault is fault


@pytest.mark.parametrize("faults", [Faults(dead_after=0), Faults(first_audio_after=NEVER)])
async def test_a_voice_that_keeps_callers_waiting_is_given_up(faults, monkeypatch):
    monkeypatch.setattr(openai_voice, "NEXT_SECONDS", 0.1)
    assert isinstance(await failing(RealtimeStandin(faults=faults)), ProviderTimedOut)


async def test_nonsense_from_a_server_is_passed_over():
    async with serving(RealtimeStandin(faults=Faults(noise=True))) as address:
        assert sound(await said(voice(address).speak(TEXT)))


async def test_a_reading_that_breaks_off_is_owed_as_far_as_it_came():
    owed = []
    async with serving(RealtimeStandin(faults=Faults(drops_after=5))) as address:
        with pytest.raises(ProviderError):
            await said(voice(address).speak(TEXT, owed=owed.append))
    assert {used.unit for used in owed} == {"text_in", "audio_out"}
    assert all(used.estimated for used in owed)


async def test_so_is_one_that_nobody_waits_for_any_more():
    standin, owed = RealtimeStandin(faults=Faults(first_audio_after=NEVER)), []
    async with serving(standin) as address:
        reading = asyncio.create_task(said(voice(address).speak(TEXT, owed=owed.append)))
        await standin.until_seen("response.create")
        reading.cancel()
        await asyncio.wait([reading])
    assert [(used.unit, used.estimated) for used in owed] == [("text_in", True)]


async def test_what_was_counted_is_not_owed_again():
    owed = []
    async with serving(RealtimeStandin()) as address:
        reading = voice(address).speak(TEXT, owed=owed.append)
        async for piece in reading:
            if isinstance(piece, bytes):
                break
        await reading.aclose()
    assert owed == []


async def test_a_server_that_does_not_count_is_spoken_with_all_the_same():
    async with serving(RealtimeStandin(faults=Faults(counts=False))) as address:
        assert sound(await said(voice(address).speak(TEXT)))


async def test_the_voices_are_those_of_realtime_the_recommended_ones_first():
    assert list(VOICES)[:2] == ["marin", "cedar"]
    assert len(VOICES) == 10
    assert VOICES["marin"] == "Marin"


# --- over /audio/speech -----------------------------------------------------------------------------------------------


async def test_speech_comes_in_pieces_as_telephone_audio():
    standin = OpenAIHTTP()
    async with serving(standin) as address:
        pieces = await said(speech(address).speak(TEXT))
    assert len(sound(pieces)) == pytest.approx(speaking_ms(TEXT) * mulaw.BYTES_A_MS, abs=100)
    assert mulaw.loudness(sound(pieces)) > 500
    assert sum(isinstance(piece, bytes) for piece in pieces) > 5
    assert [piece for piece in pieces if isinstance(piece, Used)] == [
        Used(engine="openai_speech", model="gpt-4o-mini-tts", unit="characters", quantity=len(TEXT), estimated=True)
    ]
    body = standin.seen[0].body
    assert body == {"model": "gpt-4o-mini-tts", "voice": "marin", "input": TEXT, "response_format": "pcm"}
    assert standin.wrong == []


@pytest.mark.parametrize(
    ("failure", "fault"),
    [
        ("wrong key", Fault.KEY),
        ("unknown model", Fault.MODEL),
        ("no credit", Fault.QUOTA),
        ("too many requests", Fault.BUSY),
        ("bad request", Fault.REFUSED),
        ("overloaded", Fault.BROKE),
        ("drops", Fault.UNREACHABLE),
        ("drops at once", Fault.UNREACHABLE),
    ],
)
async def test_each_failure_of_speech_has_its_fault(failure, fault):
    standin = OpenAIHTTP(broken=http_faults.FAULTS[failure])
    assert (await failing(standin, speech)).fault is fault


@pytest.mark.parametrize("failure", ["never answers", "stalls"])
async def test_speech_that_keeps_callers_waiting_is_given_up(failure, monkeypatch):
    monkeypatch.setattr(openai_voice, "NEXT_SECONDS", 0.1)
    standin = OpenAIHTTP(broken=http_faults.FAULTS[failure])
    assert isinstance(await failing(standin, speech), ProviderTimedOut)


@pytest.mark.parametrize("make", [voice, speech])
@pytest.mark.parametrize("text", ["", "  ", "…!?"])
async def test_a_text_without_a_word_costs_nothing(make, text):
    assert await said(make("http://127.0.0.1:9").speak(text)) == []


@pytest.mark.parametrize("make", [voice, speech])
async def test_a_text_that_is_too_long_is_refused_before_it_costs(make):
    with pytest.raises(ProviderRefused, match="Shorten it to 4096"):
        await said(make("http://127.0.0.1:9").speak("word " * 1000))


@pytest.mark.parametrize("make", [voice, speech])
def test_a_loop_for_each_prompt_leaves_no_connection_behind(make):
    with serving_beside(OpenAIHTTP(), RealtimeStandin()) as address, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        speaker = make(address)
        for _ in range(3):
            assert asyncio.run(said(speaker.speak("Hello there.")))
        gc.collect()
    assert [str(one.message) for one in warned if issubclass(one.category, ResourceWarning)] == []
