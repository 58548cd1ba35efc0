"""The notice that a call is recorded: said before the flow begins, and what follows from whether it was heard.

Nothing is recorded before the carrier's word that the notice was played to its end. Where that word does not come, or
the caller objects, the call goes on unrecorded, and the log says so. No Django, no channels.
"""

from typing import TYPE_CHECKING

from flows.engine.events import DigitPressed
from flows.engine.recording import NOT_RECORDED, OBJECTION_KEY, house_text, said_before
from streams.audio.mulaw import silence
from streams.brief import Brief
from streams.log_lines import HIDDEN, line_of
from streams.recorder import Recorder

if TYPE_CHECKING:
    from streams.session import CallSession
    from streams.speaker import Spoken

# What is known of a call whose flow records, as kinds of lines in its log; the last one counts.
HEARD, REFUSED, UNPROVEN = "notice_heard", "notice_refused", "notice_unproven"
DUE = ""  # it was not said yet, or the stream broke off in the middle of it
PAUSE_MS = 1500  # after the last words: time to press the key before the recording begins
TONE_SECONDS = 0.4  # how long a key may be heard around the moment the carrier tells of it


class Notice:
    """One stream's notice, and the recorder that begins when it was heard."""

    def __init__(self, session: "CallSession", brief: Brief) -> None:
        self._session, self._brief = session, brief
        self._keep = brief.keep_recording
        self._spoken: Spoken | None = None
        self._keys: list[str] = []  # pressed meanwhile, for the flow
        self._was_secret = False
        self.recorder: Recorder | None = None

    @property
    def is_being_said(self) -> bool:
        """True while the flow has not begun because of it."""
        return self._spoken is not None

    def begin(self) -> None:
        """Say it where it is due; then, or at once, the flow begins."""
        if self._keep is not None and self._brief.notice == HEARD:
            self._record()
        if self._keep is None or self._brief.notice != DUE:
            self._session.feed(self._brief.first)
            return
        said = list(said_before(self._session.flow))
        clips = [self._brief.sound(text, code) for code, text in said]
        if said and all(clips):
            self._say([text for _, text in said], clips)
        else:
            self._over(UNPROVEN, why="it could not be said")

    def hear(self, audio: bytes) -> None:
        """A frame of the caller, for the recording."""
        if self.recorder is not None:
            self.recorder.caller(audio, self._session.now())

    def key(self, digit: str) -> bool:
        """A key during the notice: it objects, or waits for the flow. False where no notice is being said."""
        if self._spoken is None:
            self._hide(digit)
            return False
        recording = self._session.flow.recording
        if digit == OBJECTION_KEY and recording and recording.may_object:
            self._session.prompter.cut_short("key")
            self._over(REFUSED, by="key")
        else:
            self._keys.append(digit)
        return True

    def follow(self) -> None:
        """Something happened in the flow: perhaps what is said now must not be kept, or may be again."""
        recorder = self.recorder
        if recorder is None or (is_secret := self._session.is_secret()) == self._was_secret:
            return
        self._was_secret, now = is_secret, self._session.now()
        if is_secret:
            recorder.hush(now)
        else:
            until = now + self._session.speaker.lead_seconds
            recorder.unhush(now, line_until=until, caller_until=now + TONE_SECONDS)

    def close(self) -> None:
        """The stream is over."""
        self._spoken = None
        if self.recorder is not None:
            self.recorder.close(self._session.now())
            self.recorder = self._session.speaker.recorder = None

    def _hide(self, digit: str) -> None:
        """Of a key that the log does not show, the tone must not be in the recording either."""
        step = self._session.flow.step_of(self._session.state)
        if self.recorder is not None and line_of(DigitPressed(digit=digit), step) == ("key", {"digit": HIDDEN}):
            self.recorder.hush_key(self._session.now(), seconds=TONE_SECONDS)

    def _say(self, texts: list[str], clips: list[bytes]) -> None:
        session = self._session

        def heard(confirmed: bool) -> None:
            session.note("prompt_heard" if confirmed else "prompt_unconfirmed", prompt=spoken.name)
            if confirmed:
                self._over(HEARD)
            else:
                self._over(UNPROVEN, why="the carrier did not confirm that it was played")

        spoken = session.speaker.say([*clips, silence(PAUSE_MS)], barge_in=False, heard=heard)
        self._spoken = spoken
        session.note("prompt_started", prompt=spoken.name, texts=texts)

    def _over(self, kind: str, **data: str) -> None:
        """The notice is over, in one of three ways; the flow begins, with the keys that were pressed meanwhile."""
        session = self._session
        session.note(kind, **data)
        self._spoken = None
        if kind == HEARD:
            self._record()
        elif kind == REFUSED:
            session.say_house(house_text(session.flow, NOT_RECORDED))
        session.feed(self._brief.first)
        for digit in self._keys:
            session.press(digit)
        self._keys.clear()

    def _record(self) -> None:
        session = self._session
        if self._keep is not None:
            recorder = Recorder(began=session.began, now=session.now(), keep=self._keep)
            self.recorder = session.speaker.recorder = recorder
