"""Prompts on one stream: from the texts of a flow to sound, and back to the flow when they were heard or cut short."""

import asyncio
import logging
from itertools import groupby
from typing import TYPE_CHECKING

from flows.engine.commands import Play
from flows.engine.events import PromptFinished, SpeechStarted
from streams.ai.provider import Used
from streams.brief import Brief
from streams.house_texts import CANNOT_SPEAK
from streams.patience import HOLD_AFTER
from streams.speaker import Spoken

if TYPE_CHECKING:
    from streams.session import CallSession

log = logging.getLogger(__name__)

READ_WITHIN = 6.0  # seconds for texts that were not rendered: enough for a second voice when the first is down
ENOUGH_MS = 1500  # of a prompt, before a key can be an answer to it: what to press is said later than this
READING = "reading"  # the name of the timer by which the caller is meanwhile asked to hold on


class Prompter:
    """Says texts one after the other, and tells the flow once the last of them was heard."""

    def __init__(self, session: "CallSession", brief: Brief) -> None:
        self._session, self._brief = session, brief
        self._count = 0
        self._unheard: set[int] = set()  # the prompts, by number, that the caller has still to hear to their end
        self._latest: Spoken | None = None  # the one that was asked for last, once it is said
        self._is_whole = True  # of what the present turn says, every word was heard so far

    @property
    def is_unheard(self) -> bool:
        """True while the caller heard next to nothing of the prompt that was asked for last."""
        if self._count not in self._unheard:
            return False
        return self._latest is None or not self._latest.is_heard_for(ENOUGH_MS, self._session.now())

    def play(self, wanted: Play) -> None:
        """Say these texts in the turn that asks for them; those that are spare only where a voice reads them."""
        self._count += 1
        self._is_whole = self._is_whole or not self._unheard
        self._unheard.add(self._count)
        self._latest = None
        waited = self._session.ears.answered()
        clips = [self._brief.sound(text, wanted.language) for text in wanted.texts]
        if all(clips):
            self._say(self._count, clips, wanted)
        else:
            self._hold_on(self._count, self._session.now() - waited)
            self._session.spawn(self._render_then_say(self._count, wanted))

    def cut_short(self, by: str) -> dict[str, int]:
        """Silence the line; returns the milliseconds heard of all that was cut, by its name.

        `by` is key, speech or flow.
        """
        cut = {spoken.name: heard_ms for spoken, heard_ms in self._session.speaker.stop()}
        for name, heard_ms in cut.items():
            self._session.note("prompt_cut", prompt=name, heard_ms=heard_ms, by=by)
        self._unheard.clear()
        return cut

    def interrupted(self) -> None:
        """The caller began to speak at a menu or a question."""
        session = self._session
        was_playing, turn = bool(self._unheard), session.state.turn
        if not session.speaker.may_barge_in:
            session.feed(SpeechStarted())
            return
        self.cut_short("speech")
        session.feed(SpeechStarted())
        if was_playing:  # the prompt is over for this turn: what waits for its end must not wait for ever
            session.feed(PromptFinished(turn=turn, confirmed=False))

    def last_words(self, text: str, then: str) -> None:
        """Say what is said when nothing else works, then end the call with the reason `then`."""
        self.cut_short("flow")
        clip = self._session.house_clip(text)
        self._session.speaker.say([clip], barge_in=False, heard=lambda _: self._session.hang_up(then))

    async def _render_then_say(self, number: int, wanted: Play) -> None:
        """A text that was not known at publishing, or whose audio is lost: let the voice read it now."""
        clips, is_whole = await self._read_all(wanted)
        if number == self._count:
            self._session.cancel_timer(READING)
        if wanted.turn != self._session.state.turn:
            self._unheard.discard(number)
        elif number in self._unheard:  # nobody cut it short before it began
            self._is_whole = self._is_whole and is_whole
            self._say(number, clips, wanted)

    def _hold_on(self, number: int, since: float) -> None:
        """Ask the caller to hold on whenever the line has been silent for long, until this prompt can be said."""
        session = self._session
        if number not in self._unheard:
            return
        silent = min(session.now() - since, session.speaker.quiet_seconds)
        if silent >= HOLD_AFTER:
            session.ask_to_hold()
            silent = -session.speaker.lead_seconds
        session.start_timer(READING, HOLD_AFTER - silent, self._hold_on, number, since)

    async def _read_all(self, wanted: Play) -> tuple[list[bytes], bool]:
        """The sound of these texts, and whether it is of all. An apology stands for those that no voice read in time.

        Spare ones are left out without a word, unless nothing else is left to be said.
        """
        texts = wanted.texts
        made = {text: clip for text in texts if (clip := self._brief.sound(text, wanted.language))}
        missing = [text for text in dict.fromkeys(texts) if text and text not in made]
        try:
            async with asyncio.timeout(READ_WITHIN):
                for text in missing:
                    if clip := await self._read(text, wanted.language):
                        made[text] = clip
        except TimeoutError:
            self._unread("no voice read it in time")
        apology = self._session.house_clip(CANNOT_SPEAK)
        clips: list[bytes] = []
        said = [text for text in texts if text in made or text not in wanted.spare]
        for is_made, run in groupby(said, key=made.__contains__):
            clips += [made[text] for text in run] if is_made else [apology]
        return clips or [apology], all(text in made for text in texts if text)

    async def _read(self, text: str, language: str) -> bytes:
        """The sound of one text; b"" when no voice reads it, which is no reason to lose another one."""
        flow = self._session.flow
        clip = bytearray()
        try:
            synthesizer, voice = self._session.engines.voice_of(flow.voice_in(language))
            async for piece in synthesizer.speak(text, voice=voice, language=language or flow.language):
                if isinstance(piece, Used):
                    self._session.note("used", **piece.as_line())
                else:
                    clip += piece
        except Exception as error:  # whatever a voice raises; its message may hold what was to be read
            self._unread(type(error).__name__)
            return b""
        if not clip:
            self._unread("the voice gave no sound")
        return bytes(clip)

    def _unread(self, why: str) -> None:
        log.warning("A prompt could not be rendered: %s", why)
        self._session.note("error", what="a prompt could not be rendered")

    def _say(self, number: int, clips: list[bytes], wanted: Play) -> None:
        def heard(confirmed: bool) -> None:
            self._session.note("prompt_heard" if confirmed else "prompt_unconfirmed", prompt=spoken.name)
            self._unheard.discard(number)
            self._is_whole = self._is_whole and confirmed
            if not self._unheard:
                self._session.feed(PromptFinished(turn=wanted.turn, confirmed=self._is_whole))

        spoken = self._session.speaker.say(clips, barge_in=wanted.barge_in, heard=heard)
        if number == self._count:
            self._latest = spoken
        self._session.note("prompt_started", prompt=spoken.name, texts=list(wanted.texts))
