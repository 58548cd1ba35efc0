"""The voices on the phone: the caller's own, that of whom they talk with, and the carrier's, which reads <Speak>."""

import numpy as np

from streams.ai.provider import ProviderError, Synthesizer
from streams.audio import mulaw
from streams.phone.handset import room

CALLER = "carol"  # of the offline voices; another one than the line usually has
PERSON = "john"  # who answers a dial: another one than both


class Voice:
    """Turns words into mu-law. Without an engine nothing can be said, and `read` gives nothing."""

    def __init__(self, synthesizer: Synthesizer | None = None, *, caller: str = CALLER) -> None:
        self._synthesizer, self._caller = synthesizer, caller
        self._said: dict[tuple[str, str], bytes] = {}

    async def say(self, words: str, voice: str = "") -> bytes:
        """The caller, or whose voice this is, says this in a quiet room.

        Kept, so that a script can have its lines made beforehand. Raises `ProviderError` when there is no voice.
        """
        said = words, voice or self._caller
        if said not in self._said:
            speech = mulaw.decode(await self._speak(*said))
            in_room = speech + np.resize(room(2.0), len(speech))
            self._said[said] = mulaw.encode(np.clip(in_room, -32768, 32767).astype(np.int16))
        return self._said[said]

    async def read(self, text: str) -> bytes:
        """The carrier's voice reads this; nothing when there is no voice."""
        try:
            return await self._speak(text, "")
        except ProviderError:
            return b""

    async def _speak(self, text: str, voice: str) -> bytes:
        if self._synthesizer is None:
            raise ProviderError("There is no voice here that could say this; press keys instead.")
        pieces = self._synthesizer.speak(text, voice=voice)
        return b"".join([piece async for piece in pieces if isinstance(piece, bytes)])
