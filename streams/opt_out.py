"""The first words of a call that the line makes: who calls, and how to get no more calls (rule L03, 47 CFR
64.1200(b)(3)). Whoever presses the key or says so is put on the do-not-call list, and the call ends.

No Django, no channels.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from flows.engine.events import Event, MachineAnswered, SpeechStarted, UtteranceHeard, value
from flows.engine.matching import words
from flows.engine.snapshot import dump_state
from flows.engine.usual_texts import usual
from streams.audio.mulaw import loudness, silence

if TYPE_CHECKING:
    from streams.brief import Host
    from streams.session import CallSession
    from streams.speaker import Spoken

OPT_OUT_KEY = "9"  # the one that `HOW_TO` names
WHO = "This is an automated call from {company}."
HOW_TO = "To get no more calls, press 9."
DONE = "You will not be called again. Goodbye."
UNSAID, WANTED = "the first words of the call could not be said", "they want no more calls"
QUIET_BELOW = 400  # mean amplitude; a voice is far above, the noise of a line below
QUIET_FOR = 1.2  # seconds without a voice after which a greeting is over, its tone included
LONGEST_GREETING = 30.0
PAUSE_MS = 2000  # after the last words: time to press the key, or to say so
PHRASES = {
    "en": (
        *("stop calling", "remove me", "do not call", "don't call", "no more calls", "take me off"),
        *("unsubscribe", "opt out"),
    ),
    "es": ("no me llame", "no llame", "no más llamadas", "deje de llamar", "quíteme de la lista"),
    "fr": ("ne m'appelez plus", "plus d'appels", "arrêtez d'appeler", "retirez moi de la liste"),
    "de": ("nicht mehr anrufen", "keine anrufe", "rufen sie nicht mehr an", "von der liste streichen"),
}


@value
class Opening:
    """The words of one call, in its language. `texts` are said first, `done` to who wants no more calls."""

    texts: tuple[str, ...]
    done: str
    phrases: tuple[str, ...]

    @classmethod
    def of(cls, company: str, language: str) -> "Opening":
        """For calls of this company."""
        who = (usual(WHO, language) or WHO).replace("{company}", company)
        return cls(
            texts=(who, usual(HOW_TO, language) or HOW_TO),
            done=usual(DONE, language) or DONE,
            phrases=PHRASES.get(language.partition("-")[0].lower(), PHRASES["en"]),
        )

    def all_texts(self) -> tuple[str, ...]:
        """Every text, to be made before anybody is called."""
        return (*self.texts, self.done)

    def is_meant(self, said: str) -> bool:
        """Whether these words ask for no more calls."""
        heard = f" {' '.join(words(said))} "
        return any(f" {' '.join(words(phrase))} " in heard for phrase in self.phrases)


class OptOut:
    """One stream's first words. Whatever comes meanwhile and is no opt-out waits for the flow.

    An answering machine has its say first: the flow is told of it once it has been quiet for a moment.
    """

    def __init__(self, session: "CallSession", opening: Opening | None, host: "Host") -> None:
        self._session, self._opening, self._host = session, opening, host
        self._spoken: Spoken | None = None
        self._keys: list[str] = []
        self._machine_at: float | None = None  # when we heard of a machine that still has its say
        self._loud_at, self._holds = 0.0, False  # holds: the flow has not begun because of it

    def begin(self) -> None:
        """Say it where it is due; then, or at once, what the session begins with."""
        opening, session = self._opening, self._session
        if opening is None or session.state.turn:
            session.notice.begin()
            return
        clips = [session.clip(text) for text in opening.texts]
        if not all(clips):  # nobody is spoken with who was not told how to end it
            session.note("error", what=UNSAID)
            session.hang_up(UNSAID)
            return
        spoken = session.speaker.say([*clips, silence(PAUSE_MS)], barge_in=False, heard=self._heard)
        self._spoken = spoken
        session.note("prompt_started", prompt=spoken.name, texts=list(opening.texts))
        session.ears.open(opening.phrases)

    def key(self, digit: str) -> bool:
        """A key meanwhile: it ends the call, or waits for the flow. False when these words are over."""
        if self._spoken is None:
            return False
        if digit == OPT_OUT_KEY:
            self._wanted("key")
        else:
            self._keys.append(digit)
        return True

    def takes(self, event: Event) -> bool:
        """Words meanwhile are for us, and a machine waits. False when these words are over, or it is another event."""
        if self._opening is not None and isinstance(event, MachineAnswered):
            self._machine_at = self._machine_at or self._session.now()
            self._loud_at = max(self._loud_at, self._machine_at)
            return True
        if self._spoken is None or not isinstance(event, UtteranceHeard | SpeechStarted):
            return False
        if isinstance(event, UtteranceHeard) and self._opening and self._opening.is_meant(event.text):
            self._wanted("word")
        return True

    def hear(self, audio: bytes) -> None:
        """A frame of theirs: a machine that was told of is listened to until it is quiet."""
        if self._machine_at is None:
            return
        now = self._session.now()
        if loudness(audio) > QUIET_BELOW:
            self._loud_at = now
        is_over = now - self._loud_at >= QUIET_FOR or now - self._machine_at >= LONGEST_GREETING
        if is_over and self._spoken is None:
            self._machine_at = None
            self._go_on(to_machine=True)

    def _heard(self, confirmed: bool) -> None:
        session, spoken = self._session, self._spoken
        if spoken is None:
            return
        self._spoken = None
        session.note("prompt_heard" if confirmed else "prompt_unconfirmed", prompt=spoken.name)
        session.ears.shut()
        self._holds = True
        if self._machine_at is None:
            self._go_on(to_machine=False)

    def _go_on(self, *, to_machine: bool) -> None:
        """Let the flow begin where it waits for that, with the keys that were pressed; and tell it of a machine."""
        session = self._session
        if self._holds:
            self._holds = False
            session.notice.begin()
        if to_machine:
            self._opening = None  # from here on nothing is kept from the flow
            session.feed(MachineAnswered())
        for digit in self._keys:
            if not session.notice.key(digit):
                session.press(digit)
        self._keys.clear()

    def _wanted(self, by: str) -> None:
        """They want no more calls: keep it, say so, and end the call."""
        session, self._spoken, self._machine_at = self._session, None, None
        session.note("opted_out", by=by)
        self._host.order("opt_out", by=by)
        session.ears.shut()
        session.state = replace(session.state, step=None, turn=session.state.turn + 1)
        self._host.entered(dump_state(session.state))  # should the stream drop now, nothing more is said
        session.prompter.last_words(self._opening.done if self._opening else "", then=WANTED)
