"""The offline voice: eSpeak NG, in the speech process."""

import asyncio
from collections.abc import AsyncGenerator

from flows.engine.events import value
from streams.ai.local.speech_process import SpeechProcess
from streams.ai.provider import MULAW_8K, Owed, ProviderRefused, Used, forgiven

LONGEST = 5000  # characters; five minutes of speech
PIECE = 1600  # bytes of 200 ms


@value
class Voice:
    """How one voice is made: eSpeak's name for its sound, words a minute, pitch and liveliness from 0 to 100."""

    title: str
    sound: str
    words_a_minute: int = 160  # people on telephones follow that; eSpeak's own 175 is hurried
    pitch: int = 50
    liveliness: int = 55


VOICES = {
    "sam": Voice(title="Sam, American", sound="en-us"),
    "anna": Voice(title="Anna, American", sound="en-us+f2"),
    "carol": Voice(title="Carol, American", sound="en-us+f5", words_a_minute=155),
    "john": Voice(title="John, American", sound="en-us+john"),
    "oliver": Voice(title="Oliver, British", sound="en-gb-x-rp"),
    "grace": Voice(title="Grace, British", sound="en-gb-x-rp+f2"),
    "lucia": Voice(title="Lucía, Latin American Spanish", sound="es-419+f2"),
    "pablo": Voice(title="Pablo, Spanish", sound="es"),
    "claire": Voice(title="Claire, French", sound="fr+f2"),
    "anke": Voice(title="Anke, German", sound="de+f2"),
}
USUAL = {"en-US": "sam", "en-GB": "oliver", "es-US": "lucia", "es-MX": "lucia", "es-ES": "pablo"}
USUAL |= {"fr-FR": "claire", "fr-CA": "claire", "de-DE": "anke"}


class LocalVoice:
    """Text to speech without a network: a `Synthesizer`."""

    name = "local"
    gives = MULAW_8K
    voices = {name: voice.title for name, voice in VOICES.items()}

    def __init__(self, speech: SpeechProcess) -> None:
        self._speech = speech

    async def speak(
        self, text: str, *, voice: str = "", language: str = "en-US", owed: Owed = forgiven
    ) -> AsyncGenerator[bytes | Used, None]:
        """The whole text is made at once, in some milliseconds, and given in pieces of 200 ms."""
        chosen = VOICES.get(voice or USUAL.get(language, "sam"))
        if chosen is None:
            raise ProviderRefused(f"There is no voice called {voice}. Choose one of {', '.join(VOICES)}.")
        if len(text) > LONGEST:
            raise ProviderRefused(f"This text has {len(text)} characters. Shorten it to {LONGEST}.")
        how = (chosen.sound, chosen.words_a_minute, chosen.pitch, chosen.liveliness)
        audio: bytes = await asyncio.wrap_future(self._speech.ask("speak", text, *how))
        yield Used(engine=self.name, model="espeak-ng", unit="characters", quantity=len(text))
        for start in range(0, len(audio), PIECE):
            yield audio[start : start + PIECE]
