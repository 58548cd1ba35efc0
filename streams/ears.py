"""Understanding the caller at menus and questions: one transcriber per stream, opened when first needed.

A caller who spoke waits for the line: while the engine or a model finds out what was meant they are asked to hold on,
and what nobody understands in time was not understood.
"""

import asyncio
import logging
from typing import TYPE_CHECKING

from flows.engine.events import SpeechStarted, UtteranceHeard
from flows.engine.languages import base
from streams.ai.provider import (
    HeardPause,
    HeardSpeech,
    HeardUtterance,
    Hearing,
    Listening,
    ListenOptions,
    ProviderError,
    Used,
    settled,
)
from streams.patience import Patience
from streams.unanswered import PAUSE_SECONDS, Unanswered

if TYPE_CHECKING:
    from streams.session import CallSession


log = logging.getLogger(__name__)

LATE = 2.0  # seconds from the caller's last word after which its text is about something else that we did not hear


class Ears:
    """Listens while a step asks for it. When the engine fails, the keypad still works."""

    def __init__(self, session: "CallSession") -> None:
        self._session = session
        self._listening: Listening | None = None
        self._wanted = False
        self._started = False
        self._phrases: tuple[str, ...] = ()
        self._language = ""
        self._task: asyncio.Task[None] | None = None
        self._unanswered, self._was_deaf = Unanswered(), False
        self._is_told = False  # the flow, that somebody speaks whom no engine noticed: once for each question
        self._not_spoken: set[str] = set()  # languages that the recogniser does not understand
        self._patience = Patience(
            session,
            give_up=self._not_understood,
            quiet=lambda times: None,  # the step itself minds a caller who says nothing
            caller_quiet=lambda: self._unanswered.quiet_seconds(session.now()),
        )

    @property
    def are_open(self) -> bool:
        """True while the caller's audio is of interest."""
        return self._wanted

    def open(self, phrases: tuple[str, ...], language: str = "") -> None:
        """Listen from here on for this language; `phrases` is what the caller is likely to say."""
        self._wanted, self._phrases = True, phrases
        self._was_deaf = self._is_told = False
        language = language or self._session.flow.language
        if language != self._language:
            self._begin_anew(language)
        self._unanswered.take()  # what was said before was no answer to this
        if self._listening is not None:
            self._listening.expect(phrases)
        elif not self._started:
            self._started = True
            self._task = self._session.spawn(self._listen())

    def _begin_anew(self, language: str) -> None:
        """Another language needs an engine that was opened for it."""
        self._language = language
        if self._task is not None:
            self._task.cancel()
        self._task, self._listening, self._started = None, None, False

    def shut(self) -> None:
        """What the caller says is of no interest until `open`."""
        self._wanted = False
        self.answered()

    def push(self, audio: bytes) -> None:
        """The caller's audio, while open."""
        if self._listening is not None:
            self._listening.push(audio)
        deaf = self._unanswered.push(audio, self._session.now())
        if deaf and not self._was_deaf and not self._patience.is_waiting:
            self._was_deaf = self._started  # once, until it hears again: it may be the radio
            self._patience.owes(ago=PAUSE_SECONDS)
        if self._unanswered.goes_unnoticed and not self._is_told and not self._session.speaker.may_barge_in:
            self._is_told = True  # a radio cuts nothing short, but silence it is not
            self._session.feed(SpeechStarted())

    def answered(self) -> float:
        """What the caller said has its answer, or a key took its place. For how many seconds they have waited."""
        waited = self._patience.waited
        if self._patience.is_busy:
            self._patience.rests()
        return waited

    def _only_keys(self, engine: str) -> None:
        """Nothing here understands the language of the call. Said once for each: callers go on with the keys."""
        if self._language not in self._not_spoken:
            self._not_spoken.add(self._language)
            self._session.note("keys_only", engine=engine, language=self._language)

    def _not_understood(self) -> None:
        """The caller waited long enough for their words to be understood."""
        if self._session.meanings.are_sought:
            return  # which has its own end
        self._patience.rests()
        self._session.feed(UtteranceHeard(text="", confidence=0.0))

    async def _listen(self) -> None:
        options = ListenOptions(language=self._language, phrases=self._phrases)
        try:
            engine = self._session.engines.transcriber(self._session.flow.transcriber)
            if base(self._language) not in map(base, engine.can.languages):
                self._only_keys(engine.name)
                return
            opening = engine.listen(options)
            async with settled(opening, self._used) as listening:
                self._listening = listening
                listening.expect(self._phrases)
                listening.push(self._unanswered.take())  # what was said before it was there
                async for heard in listening:
                    self._hear(heard)
        except ProviderError as error:
            self._session.note("error", what=f"speech is not understood: {error}")
        except Exception:  # an adapter's own mistake is no worse for the caller than its refusal
            log.exception("A transcriber broke.")
            self._session.note("error", what="speech is not understood: the engine broke")
        finally:
            if self._task is asyncio.current_task():  # else another has begun for another language
                self._listening = None
                self._started = False

    def _hear(self, heard: Hearing) -> None:
        """Words that may still change are of no interest here: a menu waits for the whole utterance."""
        match heard:
            case Used():
                self._used(heard)
            case HeardSpeech() if self._wanted:
                self._was_deaf = False
                self._unanswered.noticed()
                self._patience.caller_speaks()
                self._session.prompter.interrupted()
            case HeardPause(pause_ms=pause_ms) if self._wanted:
                self._patience.owes(ago=pause_ms / 1000)
            case HeardUtterance(text=text, confidence=confidence) if self._wanted:
                self._unanswered.understood()
                quiet = self._unanswered.quiet_seconds(self._session.now())
                self._patience.owes(ago=quiet if quiet < LATE else 0.0)
                self._session.feed(UtteranceHeard(text=text, confidence=confidence))
                if not self._session.meanings.are_sought:
                    self.answered()

    def _used(self, used: Used) -> None:
        self._session.note("used", **used.as_line())
