"""A real voice and real ears for a stand-in, without a network: eSpeak and PocketSphinx, in a process beside it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from flows.engine.matching import is_sure
from streams.ai.local.speech_process import SpeechProcess
from streams.ai.local.voice import LocalVoice
from streams.ai.provider import ProviderError
from tests.standins.rules import phrases

VOICE = "anna"  # not the house's own, so that one hears who speaks


class OfflineSpeech:
    """The voice and the hearing of a stand-in."""

    def __init__(self, process: SpeechProcess) -> None:
        self._process = process
        self._voice = LocalVoice(process)

    async def voice(self, text: str) -> bytes:
        """Mu-law of a text."""
        pieces = [piece async for piece in self._voice.speak(text, voice=VOICE)]
        return b"".join(piece for piece in pieces if isinstance(piece, bytes))

    async def hearing(self, audio: bytes, settings: Mapping[str, Any]) -> str:
        """Which of the session's phrases was said; "" when none was, or nobody can tell."""
        text, confidence = await self.heard(audio, phrases(settings))
        return text if is_sure(confidence) else ""

    async def heard(self, audio: bytes, expected: tuple[str, ...]) -> tuple[str, float]:
        """Which of these was said, and how sure that is; "" when none was, or nobody can tell."""
        if not expected:
            return "", 0.0
        try:
            text, confidence = await asyncio.wrap_future(self._process.ask("hear", audio, expected))
        except ProviderError:
            return "", 0.0
        return text, confidence
