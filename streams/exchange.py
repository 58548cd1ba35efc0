"""What an agent and a caller say to each other: turns on the line and in the call's log, and how long an answer took.

It knows nothing of engines: the dialogue gives it what one brings, whichever it is at the moment.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flows.engine.commands import AFTER_A_MOMENT, AT_ANY_TIME, NEVER, StartAgent
from flows.engine.events import AgentSpoke, UtteranceHeard
from streams.ai.provider import Spoke
from streams.audio.mulaw import BYTES_A_MS, loudness
from streams.audio.speech_detector import AUDIBLE
from streams.house_texts import ONCE_MORE
from streams.patience import Patience
from streams.speaker import Spoken

if TYPE_CHECKING:
    from streams.session import CallSession

TURN_AUDIO_MS = 60_000  # nobody listens longer; what an engine says beyond it is not heard
PAUSE_MS = 600  # of silence in its audio that is played; what goes beyond it would only make the caller wait
MOMENT = 2.0  # seconds of a turn: a "mhm" that answers its first words is over by then
# How the line says a turn of the agent, by when callers may interrupt it.
SAID: dict[str, dict[str, Any]] = {
    AT_ANY_TIME: {"barge_in": True},
    AFTER_A_MOMENT: {"barge_in": True, "protected": MOMENT},
    NEVER: {"barge_in": False},
}
CUT_OFF = "…"  # stands in the transcript for a turn whose engine failed before it told its words


class Exchange:
    """One conversation, as the flow's `command` asks for it.

    `waits` is told when the caller waits for an answer, and since how many seconds. `cents` is what the conversation
    has cost, kept by the dialogue.
    """

    def __init__(
        self, session: "CallSession", patience: Patience, command: StartAgent, waits: Callable[[float], None]
    ) -> None:
        self._session, self._patience, self._waits = session, patience, waits
        self._turn, self._said = command.turn, SAID.get(command.interruption, SAID[AT_ANY_TIME])
        self.engine = ""  # which speaks at the moment
        self.cents = 0.0
        self.history: list[Spoke] = []
        self._speaking: Spoken | None = None  # the agent's present turn, while it is being made
        self._latest: Spoken | None = None  # its latest turn, perhaps still being heard
        self._turns: set[str] = set()  # the names of all of them
        self._bytes = self._hush = 0  # of the present turn; of silence at its present end
        self._stopped_at: float | None = None  # when the caller stopped speaking
        self._latency_ms: int | None = None
        self._sounded = False  # something of the present turn could be heard
        self.awaits_words = False  # the caller said something that is not in words yet
        self.caller_is_speaking = False  # as far as the engine tells
        self._spoke_meanwhile = False  # while the present turn is being made, which went on
        self._owes_another = False  # ... and in words, which that turn does not answer

    @property
    def caller_is_unanswered(self) -> bool:
        """True when the last line of the conversation is the caller's."""
        return bool(self.history) and self.history[-1].who == "caller"

    def opens_with(self, texts: list[str], clips: list[bytes]) -> None:
        """The line itself says the greeting."""
        self._latest = self._session.speaker.say(clips, heard=_nothing_waits, **self._said)
        self._turns.add(self._latest.name)
        self._whole(" ".join(texts), self._latest)

    def audio(self, audio: bytes) -> bool:
        """A piece of the agent's turn. False once the turn is longer than anybody listens."""
        longest, sounds = TURN_AUDIO_MS * BYTES_A_MS, loudness(audio) > AUDIBLE
        if self._speaking is None:
            if not sounds:
                return True  # a turn begins with its first sound
            self._begin()
        if self._speaking is None or self._bytes >= longest:
            return True
        self._bytes += len(audio)
        self._hush = 0 if sounds else self._hush + len(audio)
        if sounds or (self._hush <= PAUSE_MS * BYTES_A_MS and self._session.speaker.lead_seconds):
            self._session.speaker.add(self._speaking, audio)  # silence only where it parts what is heard
        if sounds:
            self._sounded = True
            self._patience.sounds()
        return self._bytes < longest

    def said(self, text: str) -> None:
        """The agent's turn is whole; "" when it chose to say nothing."""
        self.close()
        sounded, self._sounded = self._sounded, False
        if text and self._latest is not None:
            self._whole(text, self._latest, is_heard=sounded)
        else:
            self._patience.callers_turn()
        if self._owes_another:
            self._waits(0.0)

    def broke_off(self) -> None:
        """The agent's engine failed: what it began is not finished, and the caller still waits."""
        self._sounded = False
        if self._speaking is not None:
            self._note(CUT_OFF, self._speaking)
            self.close()
            self._session.say_house(ONCE_MORE)
        if self.caller_is_unanswered:
            self._waits(0.0)

    def close(self) -> None:
        """No more audio of the present turn follows."""
        if self._speaking is not None:
            self._session.speaker.close(self._speaking)
            self._speaking = None

    def caller_speaks(self) -> None:
        """The caller began to speak."""
        self._stopped_at = None
        self.caller_is_speaking, self._spoke_meanwhile = True, self._speaking is not None
        self._patience.caller_speaks()

    def cut_short(self, by: str) -> list[int]:
        """The caller silences the line, by key or speech: milliseconds heard of each turn that was cut, in order."""
        heard = self._session.prompter.cut_short(by)
        self._speaking, self._spoke_meanwhile = None, False
        return [milliseconds for name, milliseconds in heard.items() if name in self._turns]

    def caller_stopped(self, ago: float) -> None:
        """The caller stopped speaking `ago` seconds ago."""
        self._stopped_at = self._session.now() - ago
        self.awaits_words, self.caller_is_speaking = True, False
        self._waits(ago)

    def caller_said(self, text: str) -> None:
        """The caller's words; "" when nobody understood them."""
        if self._stopped_at is None:
            self._stopped_at = self._session.now()
        self.awaits_words = self.caller_is_speaking = False
        self._owes_another = self._spoke_meanwhile and bool(text)
        self._waits(0.0)
        if text:
            self.history.append(Spoke(who="caller", text=text))
            self._session.note("agent_heard", text=text)
            # the flow hears it too: who asks for a person gets one, whatever the agent makes of it
            self._session.feed(UtteranceHeard(text=text, turn=self._turn))

    def _begin(self) -> None:
        now, self._latency_ms, self._bytes, self._hush = self._session.now(), None, 0, 0
        if self._stopped_at is not None and not self._spoke_meanwhile:  # then the caller had something to hear
            self._latency_ms = max(0, round((now - self._stopped_at) * 1000))
        self._stopped_at, self._owes_another = None, False
        self._spoke_meanwhile = self.caller_is_speaking
        self._speaking = self._latest = self._session.speaker.begin(heard=_nothing_waits, **self._said)
        self._turns.add(self._latest.name)

    def _whole(self, text: str, spoken: Spoken, *, is_heard: bool = True) -> None:
        self.history.append(Spoke(who="agent", text=text))
        self._note(text, spoken)
        if is_heard:
            self._patience.callers_turn()
        else:  # words without sound are no answer
            self._waits(0.0)
        self._session.feed(AgentSpoke(text=text, cents=self.cents, turn=self._turn))

    def _note(self, text: str, spoken: Spoken) -> None:
        latency_ms, self._latency_ms = self._latency_ms, None
        self._session.note("agent_said", text=text, latency_ms=latency_ms, prompt=spoken.name, engine=self.engine)


def _nothing_waits(confirmed: bool) -> None:
    """A turn of the agent was heard to its end; only the ending waits for that, with a word of its own."""
