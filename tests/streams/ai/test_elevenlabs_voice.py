import asyncio
import gc
import warnings

import pytest

from streams.ai import elevenlabs_voice
from streams.ai.elevenlabs_voice import ElevenLabsVoice
from streams.ai.provider import Fault, ProviderBusy, ProviderError, ProviderRefused, ProviderTimedOut, Used
from tests.standins.elevenlabs import KEY, ElevenLabs, Trouble
from tests.standins.server import serving, serving_beside
from tests.standins.sound import made_up

RACHEL = "21m00Tcm4TlvDq8ikWAM"
TEXT = "Your card number 4111 is safe."


def voice(address, *, key=KEY, model="eleven_flash_v2_5"):
    return ElevenLabsVoice(key, model=model, voices={RACHEL: "Rachel", "gone": "Gone"}, base_url=address)


async def said(speaking):
    return [piece async for piece in speaking]


async def test_a_text_that_is_left_before_its_first_sound_is_owed_as_an_estimate():
    asked, owed = asyncio.Event(), []

    async def never(text):
        asked.set()
        await asyncio.Event().wait()

    async with serving(ElevenLabs(voice=never)) as address:
        speaking = asyncio.create_task(said(voice(address).speak(TEXT, owed=owed.append)))
        await asked.wait()
        speaking.cancel()
        await asyncio.wait([speaking])
    assert [(used.unit, used.quantity, used.estimated) for used in owed] == [("characters", len(TEXT), True)]


async def failing(*troubles, key=KEY, chosen=""):
    """What the first request raises."""
    async with serving(ElevenLabs(troubles=troubles)) as address:
        with pytest.raises(ProviderError) as caught:
            await said(voice(address, key=key).speak(TEXT, voice=chosen))
    return caught.value


async def test_a_text_becomes_telephone_audio_as_it_was_made_and_is_billed_by_its_characters():
    standin = ElevenLabs()
    async with serving(standin) as address:
        pieces = await said(voice(address).speak(TEXT))
    assert b"".join(piece for piece in pieces if isinstance(piece, bytes)) == await made_up(TEXT)
    used = [piece for piece in pieces if isinstance(piece, Used)]
    assert used == [Used(engine="elevenlabs", model="eleven_flash_v2_5", unit="characters", quantity=len(TEXT))]
    assert standin.wrong == []
    assert standin.seen[0]["query"] == {"output_format": "ulaw_8000"}
    assert standin.seen[0]["body"] == {"text": TEXT, "model_id": "eleven_flash_v2_5", "language_code": "en"}


async def test_a_model_that_takes_no_language_is_told_none():
    standin = ElevenLabs()
    async with serving(standin) as address:
        await said(voice(address, model="eleven_multilingual_v2").speak(TEXT, language="es-ES"))
    assert "language_code" not in standin.seen[0]["body"]


@pytest.mark.parametrize(
    ("trouble", "kind", "fault"),
    [
        (Trouble(refused="invalid_api_key"), ProviderRefused, Fault.KEY),
        (Trouble(refused="quota_exceeded"), ProviderRefused, Fault.QUOTA),
        (Trouble(refused="quota_exceeded_401"), ProviderRefused, Fault.QUOTA),
        (Trouble(refused="too_many_concurrent_requests"), ProviderBusy, Fault.BUSY),
        (Trouble(refused="model_not_found"), ProviderRefused, Fault.MODEL),
        (Trouble(refused=""), ProviderError, Fault.BROKE),
        (Trouble(invalid=True), ProviderRefused, Fault.REFUSED),
        (Trouble(drops_after=2), ProviderError, Fault.UNREACHABLE),
    ],
)
async def test_each_refusal_has_its_fault_and_a_sentence_without_secrets(trouble, kind, fault):
    error = await failing(trouble)
    assert isinstance(error, kind)
    assert error.fault is fault
    assert str(error).startswith("ElevenLabs ")
    assert str(error).endswith(".")
    assert KEY not in str(error)
    assert "4111" not in str(error)


async def test_a_wrong_key_and_a_voice_that_is_gone_are_told_apart():
    assert (await failing(key="wrong")).fault is Fault.KEY
    gone = await failing(chosen="gone")
    assert (gone.fault, gone.retryable) == (Fault.REFUSED, False)
    assert "voice_not_found" in str(gone)


@pytest.mark.parametrize("trouble", [Trouble(slow=30), Trouble(stalls_after=3)])
async def test_a_voice_that_keeps_callers_waiting_is_given_up(trouble, monkeypatch):
    monkeypatch.setattr(elevenlabs_voice, "FIRST_SOUND_SECONDS", 0.1)
    monkeypatch.setattr(elevenlabs_voice, "NEXT_SOUND_SECONDS", 0.1)
    error = await failing(trouble)
    assert isinstance(error, ProviderTimedOut)


async def test_nobody_at_the_address_is_told_as_that():
    with pytest.raises(ProviderError, match="cannot be reached"):
        await said(voice("http://127.0.0.1:9").speak(TEXT))


async def test_closing_in_mid_sentence_ends_the_request():
    standin = ElevenLabs(troubles=[Trouble(stalls_after=3)])
    async with serving(standin) as address:
        speaking = voice(address).speak(TEXT)
        assert isinstance(await anext(speaking), Used)
        assert await anext(speaking)
        await asyncio.wait_for(speaking.aclose(), 10)
        assert len(standin.seen) == 1


@pytest.mark.parametrize("text", ["", "  ", "…!?"])
async def test_a_text_without_a_word_costs_nothing(text):
    standin = ElevenLabs()
    async with serving(standin) as address:
        assert await said(voice(address).speak(text)) == []
    assert standin.seen == []


def test_a_loop_for_each_prompt_leaves_no_connection_behind():
    with serving_beside(ElevenLabs()) as address, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        speaker = voice(address)
        for _ in range(3):
            assert asyncio.run(said(speaker.speak(TEXT)))
        gc.collect()
    assert [str(one.message) for one in warned if issubclass(one.category, ResourceWarning)] == []
