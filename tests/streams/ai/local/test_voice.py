import subprocess
import sys

import numpy as np
import pytest

from flows.engine.languages import LANGUAGES
from streams import engines
from streams.ai.local.voice import USUAL, VOICES
from streams.ai.provider import MULAW_8K, ProviderRefused, Used
from streams.audio import mulaw

LONG = "Thank you for calling Hart Tools. For billing, press one."


async def say(text, **how):
    return [piece async for piece in engines.synthesizer("local").speak(text, **how)]


def joined(pieces):
    return b"".join(piece for piece in pieces if isinstance(piece, bytes))


@pytest.fixture(autouse=True)
def offline_speech(speech):
    """One process for all."""


@pytest.mark.parametrize("voice", VOICES)
async def test_every_voice_is_loud_but_not_clipped_and_begins_and_ends_promptly(voice):
    samples = mulaw.decode(joined(await say(LONG, voice=voice))).astype(int)
    assert 20_000 < np.abs(samples).max() < 26_000  # about -3 dBFS
    audible = np.flatnonzero(np.abs(samples) > 300)
    assert audible[0] < 0.2 * mulaw.RATE
    assert len(samples) - audible[-1] < 0.2 * mulaw.RATE


async def test_it_gives_mu_law_in_small_pieces_and_counts_characters():
    pieces = await say(LONG)
    assert engines.synthesizer("local").gives == MULAW_8K
    assert Used(engine="local", model="espeak-ng", unit="characters", quantity=len(LONG)) in pieces
    sizes = [len(piece) for piece in pieces if isinstance(piece, bytes)]
    assert max(sizes) == 1600
    assert 2.5 < sum(sizes) / 8000 < 5


async def test_the_same_words_sound_the_same_and_other_voices_do_not():
    again = {voice: joined(await say("billing", voice=voice)) for voice in ("", "sam", "anna", "grace")}
    assert again[""] == again["sam"] == joined(await say("billing"))
    assert len(set(again.values())) == 3


def test_the_same_words_sound_the_same_whenever_the_process_was_started():
    program = """
import ctypes, hashlib, sys
from streams.ai.local.espeak import Espeak
espeak = Espeak()
espeak._library.espeak_ng_SetRandSeed(ctypes.c_long(int(sys.argv[1])))  # as it does itself, with the time of day
print(hashlib.sha256(espeak.speak("billing", "en-us+f5", 155, 50, 55).tobytes()).hexdigest())
"""
    at_noon, a_second_later = (
        subprocess.run([sys.executable, "-c", program, start], capture_output=True, check=True).stdout
        for start in ("1", "2")
    )
    assert at_noon == a_second_later


async def test_the_language_chooses_the_usual_voice():
    british = joined(await say("billing", language="en-GB"))
    assert british == joined(await say("billing", voice="oliver"))


async def test_what_cannot_be_spoken_is_silence_and_what_is_too_long_is_refused():
    assert joined(await say(" … ")) == b""
    with pytest.raises(ProviderRefused, match="Shorten it"):
        await say("a" * 5001)


async def test_control_characters_and_markup_are_not_obeyed():
    plain, tricky = joined(await say("fast yes")), joined(await say("fast \x01900S yes"))
    assert abs(len(tricky) - len(plain)) < 12_000
    assert joined(await say("<speak>yes</speak>"))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_language_on_offer_has_a_voice_that_speaks_it(language):
    assert VOICES[USUAL[language]].sound.startswith(language.split("-")[0])
    assert joined(await say("1, 2, 3", language=language))
