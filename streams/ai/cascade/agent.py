"""The cascade: a transcriber, a text model and a voice that together hold a conversation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streams.ai.cascade.conversation import CascadeConversation
from streams.ai.provider import MULAW_8K, AgentBrief, ListenOptions, ProviderRefused, Synthesizer, Transcriber
from streams.ai.text_model import TextModel


class Cascade:
    """An `Agent`. Raises `ProviderRefused` for parts that do not fit."""

    takes = gives = MULAW_8K

    def __init__(
        self,
        transcriber: Transcriber,
        text_model: TextModel,
        synthesizer: Synthesizer,
        *,
        name: str = "cascade",
        title: str = "AI assistant of recogniser, text model and voice",
    ) -> None:
        if not transcriber.can.free_speech:
            raise ProviderRefused(
                f"The recogniser {transcriber.name} understands only what it is told to expect, and callers talk "
                "freely with an assistant. Choose another one in TRANSCRIBER_ENGINE."
            )
        for part, audio in ((transcriber, transcriber.takes), (synthesizer, synthesizer.gives)):
            if audio != MULAW_8K:
                raise ProviderRefused(
                    f"{part.name} works with {audio.encoding} at {audio.sample_rate} Hz, and a telephone line with "
                    "mulaw at 8000 Hz. Choose another engine."
                )
        self.name, self.title = name, title
        self._transcriber, self._model, self._voice = transcriber, text_model, synthesizer

    @asynccontextmanager
    async def converse(self, brief: AgentBrief) -> AsyncIterator[CascadeConversation]:
        """Begin to talk; the greeting is made at once."""
        options = ListenOptions(language=brief.language, phrases=_likely(brief))
        async with self._transcriber.listen(options) as listening:
            sees_words = self._transcriber.can.interim
            talk = CascadeConversation(brief, listening, self._model, self._voice, sees_words=sees_words)
            try:
                yield talk
            finally:
                await talk.close()


def _likely(brief: AgentBrief) -> tuple[str, ...]:
    """What callers will probably say, for the recogniser; they may say anything else, too."""
    asked = [way.strip() for known in brief.knowledge for way in known.question.split("|")]
    wanted = [phrase for end in brief.outcomes for phrase in end.phrases]
    return tuple(dict.fromkeys(filter(None, [*wanted, *asked])))
