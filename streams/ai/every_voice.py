"""All voices of the site as one engine: for assistants, whose flow or step may name the voice of any."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing

from streams.ai.provider import MULAW_8K, Owed, Synthesizer, Used, forgiven

VoiceOf = Callable[[str], tuple[Synthesizer, str]]  # from a whole name to who speaks, and its name there


class EveryVoice:
    """A `Synthesizer` whose voices are whole names, such as `openai:marin`; "" is the usual one."""

    name = "voices"
    gives = MULAW_8K

    def __init__(self, voice_of: VoiceOf, voices: Mapping[str, str]) -> None:
        self._voice_of, self.voices = voice_of, voices

    async def speak(
        self, text: str, *, voice: str = "", language: str = "en-US", owed: Owed = forgiven
    ) -> AsyncGenerator[bytes | Used, None]:
        """As the engine of that voice does."""
        synthesizer, name = self._voice_of(voice)
        async with aclosing(synthesizer.speak(text, voice=name, language=language, owed=owed)) as pieces:
            async for piece in pieces:
                yield piece
