"""Understanding the caller at menus and questions: one transcriber per stream, opened when first needed."""

import logging
from typing import TYPE_CHECKING

from flows.engine.events import UtteranceHeard
from streams.ai.provider import HeardSpeech, HeardUtterance, Hearing, Listening, ListenOptions, ProviderError, Used

if TYPE_CHECKING:
    from streams.session import CallSession


log = logging.getLogger(__name__)


class Ears:
    """Listens while a step asks for it. When the engine fails, the keypad still works."""

    def __init__(self, session: "CallSession") -> None:
        self._session = session
        self._listening: Listening | None = None
        self._wanted = False
        self._started = False
        self._phrases: tuple[str, ...] = ()

    @property
    def are_open(self) -> bool:
        """True while the caller's audio is of interest."""
        return self._wanted and self._listening is not None

    def open(self, phrases: tuple[str, ...]) -> None:
        """Listen from here on; `phrases` is what the caller is likely to say."""
        self._wanted, self._phrases = True, phrases
        if self._listening is not None:
            self._listening.expect(phrases)
        elif not self._started:
            self._started = True
            self._session.spawn(self._listen())

    def shut(self) -> None:
        """What the caller says is of no interest until `open`."""
        self._wanted = False

    def push(self, audio: bytes) -> None:
        """The caller's audio, while open."""
        if self._listening is not None:
            self._listening.push(audio)

    async def _listen(self) -> None:
        options = ListenOptions(language=self._session.flow.language, phrases=self._phrases)
        try:
            async with self._session.engines.transcriber(self._session.flow.transcriber).listen(options) as listening:
                self._listening = listening
                listening.expect(self._phrases)
                async for heard in listening:
                    self._hear(heard)
        except ProviderError as error:
            self._session.note("error", what=f"speech is not understood: {error}")
        except Exception:  # an adapter's own mistake is no worse for the caller than its refusal
            log.exception("A transcriber broke.")
            self._session.note("error", what="speech is not understood: the engine broke")
        finally:
            self._listening = None
            self._started = False

    def _hear(self, heard: Hearing) -> None:
        """Pauses and words that may still change are of no interest here: a menu waits for the whole utterance."""
        match heard:
            case Used():
                self._session.note("used", **heard.as_line())
            case HeardSpeech() if self._wanted:
                self._session.prompter.interrupted()
            case HeardUtterance(text=text, confidence=confidence) if self._wanted:
                self._session.feed(UtteranceHeard(text=text, confidence=confidence))
