"""An agent step's conversation: the caller's audio to an agent, its speech to the line, its end to the flow.

The ladder: an engine that fails is asked once more when that may help, then the next engine goes on where it stopped,
told what was said so far (`attempts.py`). Meanwhile the caller is asked to hold on (`patience.py`). When none is left
the flow is told `failed` and decides who takes over. An ending waits until the goodbye was heard.
"""

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from math import inf
from typing import TYPE_CHECKING

from flows.engine.commands import StartAgent
from flows.engine.disclosing import first_words
from flows.engine.events import AgentAsked, AgentFinished
from streams.ai.provider import (
    AgentAudio,
    AgentBrief,
    AgentEnded,
    AgentSaid,
    CallerSaid,
    Conversation,
    HeardPause,
    HeardSpeech,
    ProviderTimedOut,
    Saying,
    ToolCalled,
    Used,
)
from streams.attempts import Attempts
from streams.audio.mulaw import BYTES_A_MS
from streams.exchange import TURN_AUDIO_MS, Exchange
from streams.house_texts import SAY_AGAIN, STILL_THERE
from streams.introduction import briefed
from streams.patience import QUIET_TIMES, Patience
from streams.requests import Requests
from streams.spending import Spending
from streams.unanswered import PAUSE_SECONDS, Unanswered

if TYPE_CHECKING:
    from streams.session import CallSession

FAILED, COULD_NOT_HELP = "failed", "could-not-help"
CUT_IN = "cut-in"  # the name of the timer that looks whether somebody still speaks
LOOK_AGAIN = 0.1  # seconds; who was heard in our own ears within them is speaking
EARLY_BYTES = 4000 * BYTES_A_MS  # of the caller's audio, kept while an engine is being reached


class Dialogue:
    """At most one conversation at a time."""

    def __init__(self, session: "CallSession", prices: Mapping[str, Decimal]) -> None:
        self._session, self._prices = session, prices
        self._patience = Patience(session, give_up=self._overdue, quiet=self._quiet, caller_quiet=self.caller_quiet)
        self._open = False

    @property
    def is_open(self) -> bool:
        """True while an agent talks with the caller, or is being reached."""
        return self._open

    def caller_quiet(self) -> float:
        """For how many seconds the caller has said nothing in this conversation."""
        return self._unanswered.quiet_seconds(self._session.now())

    # --- what the session does ----------------------------------------------------------------------------------------

    def open(self, command: StartAgent) -> None:
        """Begin a conversation in the turn of this command."""
        self.shut()
        self._open, self._command = True, command
        self._exchange = Exchange(self._session, self._patience, command, self._waits)
        names = self._session.engines.agent_ladder(command.engine or self._session.flow.agent)
        self._spending = Spending(self._session, self._prices)
        self._attempts = Attempts(self._session, self, names, self._spending.used)
        self._requests, self._early = Requests(), bytearray()
        self._unanswered, self._was_deaf = Unanswered(), False
        self._unheard = False  # the caller spoke while an answer was due, and the engine took no notice
        self._greet()
        if self._open:  # a step may end a conversation at its first words
            self._attempts.begin()

    def shut(self) -> None:
        """End the conversation; nothing more of it reaches the line or the flow."""
        if self._open:
            self._open = False
            self._attempts.end()
            self._patience.stop()

    def linger(self) -> "asyncio.Task[None] | None":
        """The caller is gone. The task that still brings their last words, if any are on their way; else it is over."""
        last = self._attempts.linger() if self._open and self._exchange.awaits_words else None
        self.shut()
        return last

    def push(self, audio: bytes) -> None:
        """The caller's audio."""
        deaf = self._unanswered.push(audio, self._session.now())
        if self._attempts.talk is not None:
            self._attempts.talk.push(audio)
        else:
            self._early = (self._early + audio)[-EARLY_BYTES:]
        if deaf and self._session.speaker.is_speaking:
            # An echo of the line lasts as long as it speaks; this was over 0.7 s ago, and the line may speak on.
            if self._session.speaker.lead_seconds and not self._requests.is_callers_turn:
                self._patience.talked_over()
        elif deaf:
            self._unheard = True
            if not (self._was_deaf or self._patience.is_waiting):
                self._was_deaf = True  # once until something is said: what no engine takes for speech may be the radio
                self._patience.owes(ago=PAUSE_SECONDS)

    def key_pressed(self) -> None:
        """A key cuts the agent short, whatever speech may do, but no question of the flow's own."""
        if self._open and self._session.speaker.is_speaking and not self._requests.is_callers_turn:
            self._silence("key")
            if not self._patience.is_busy:  # the turn was whole: the caller's time begins sooner
                self._patience.callers_turn()

    def answer(self, call_id: str, result: str) -> None:
        """What came of a request of the agent; it goes on from there."""
        if not self._open:
            return
        wanted, talk = self._requests.answered(call_id), self._attempts.talk
        if talk is not None and wanted:
            talk.answer_tool(call_id, result)
            self._patience.goes_on()  # how long that took is not its fault
        if talk is None or wanted:
            self._waits()
        elif not self._patience.is_waiting:  # another engine has come, and knows nothing of it
            self._ask_again()

    def takes_time(self, call_id: str) -> None:
        """What this request asks for is being found out: the caller is asked to hold on when it takes long."""
        if self._open and self._requests.takes_time(call_id):
            self._waits()

    def _waits(self, ago: float = 0.0) -> None:
        """The caller waits for the agent, unless the flow has asked them something itself."""
        if self._requests.is_callers_turn:
            self._patience.rests()
        else:
            self._patience.owes(ago)

    # --- engines, one after the other ---------------------------------------------------------------------------------

    def _greet(self) -> None:
        """Say the greeting from the flow's own prompts: at once, word for word, and also when no engine is reached."""
        texts = first_words(self._session.flow, self._command.greeting, self._command.language)
        clips = [self._session.clip(text) for text in texts]
        if all(clips):
            self._exchange.opens_with(texts, clips)
        else:
            self._patience.owes()  # the engine will greet

    def brief(self, engine: str) -> AgentBrief:
        """What this engine, which is reached now, is told."""
        self._exchange.engine = engine
        self._requests.changed_engine()
        return briefed(self._command, self._session.flow, self._exchange.history)

    def take(self, talk: Conversation) -> None:
        """From here on this conversation hears the caller, also what was said before it was there."""
        missed, early = self._unanswered.take(), bytes(self._early)
        self._early.clear()
        if not self._exchange.history:
            return  # it greets by itself
        if self._exchange.caller_is_unanswered:  # it answers by itself, and hears what the caller added meanwhile
            early = b""
        if missed or early:
            talk.push(missed or early)
        elif self._patience.is_waiting and not self._exchange.caller_is_unanswered:
            self._ask_again()

    def _ask_again(self) -> None:
        """Ask for what went under with the engine before."""
        self._ask(SAY_AGAIN)

    def _ask(self, text: str) -> None:
        """Ask the caller something, to which they answer."""
        self._session.say_house(text)
        self._patience.callers_turn()
        self._was_deaf = False

    def broke_off(self) -> None:
        """The engine failed, and another goes on."""
        self._exchange.broke_off()

    def gives_up(self) -> None:
        """No engine is left."""
        self._finish(FAILED)

    def _overdue(self) -> None:
        """The caller waited long enough for this engine."""
        if self._requests.is_finding_out:
            return  # which is not its fault
        self._attempts.end()
        self._attempts.fell(ProviderTimedOut("It fell silent."))

    # --- what an agent brings -----------------------------------------------------------------------------------------

    def hear(self, saying: Saying) -> None:
        """What it says, does and understands."""
        match saying:
            case AgentAudio(audio=audio):
                if not self._exchange.audio(audio) and self._attempts.talk is not None:
                    self._session.note("budget", which="audio")
                    self._attempts.talk.interrupt(TURN_AUDIO_MS)
            case AgentSaid(text=text):
                self._was_deaf = False
                self._attempts.worked()
                self._exchange.said(text)
                if self._requests or self._unheard:
                    self._waits()
                self._unheard = False
            case HeardSpeech():
                self._was_deaf = self._unheard = False
                self._unanswered.noticed()
                self._exchange.caller_speaks()
                self._cut_in()
            case HeardPause(pause_ms=pause_ms):
                self._exchange.caller_stopped(pause_ms / 1000)
            case CallerSaid(text=text):
                if text:
                    self._was_deaf = self._unheard = False
                    self._unanswered.understood()
                self._exchange.caller_said(text)
            case Used():
                self._used(saying)
            case ToolCalled(call_id=call_id, name=name, arguments=arguments):
                self._requests.asked(call_id)
                self._patience.goes_on()
                turn = self._command.turn
                self._session.feed(AgentAsked(call_id=call_id, tool=name, arguments=arguments, turn=turn))
                if self._open and self._requests.is_callers_turn:
                    self._patience.rests()  # the step says when the agent is to go on
            case AgentEnded(outcome=outcome):
                self._attempts.leave()
                self._finish(outcome or COULD_NOT_HELP)

    def _cut_in(self) -> None:
        """The caller speaks: the agent falls silent where it may, or, if they still speak then, as soon as it may."""
        protected = self._session.speaker.protected_seconds
        if 0 < protected < inf:
            self._session.start_timer(CUT_IN, protected, self._cut_in_late)
        elif self._session.speaker.may_barge_in:
            self._silence("speech")

    def _cut_in_late(self) -> None:
        """What was protected is no more: who is still speaking cuts in with the next sound that they make."""
        if not (self._open and self._exchange.caller_is_speaking and self._session.speaker.is_speaking):
            return
        if self.caller_quiet() <= LOOK_AGAIN:
            self._cut_in()
        else:
            self._session.start_timer(CUT_IN, LOOK_AGAIN, self._cut_in_late)

    def _silence(self, by: str) -> None:
        """Silence the line; the engine is told what was heard of its turns."""
        heard_ms = self._exchange.cut_short(by)
        if heard_ms and self._attempts.talk is not None:
            self._attempts.talk.interrupt(*heard_ms)

    def late(self, saying: Saying) -> bool:
        """Something that comes after the caller hung up; True when there is nothing more to wait for."""
        match saying:
            case CallerSaid(text=text) if text:
                self._session.note("agent_heard", text=text)
            case Used():
                self._used(saying)
        return isinstance(saying, CallerSaid)

    def _used(self, used: Used) -> None:
        self._spending.used(used)
        self._exchange.cents = self._spending.cents

    def _quiet(self, times: int) -> None:
        """The caller has said nothing for a long while."""
        if times < QUIET_TIMES:
            self._ask(STILL_THERE if times else SAY_AGAIN)
        else:
            self.end(COULD_NOT_HELP)

    def end(self, outcome: str) -> None:
        """End the conversation, and tell the flow how."""
        self._attempts.end()
        self._finish(outcome)

    def _finish(self, outcome: str) -> None:
        """Tell the flow, once what was said last has been heard."""
        self._open = False
        self._patience.stop()
        self._exchange.close()
        done = AgentFinished(outcome=outcome, turn=self._command.turn)
        if self._session.speaker.is_speaking:
            self._session.speaker.say([b""], barge_in=False, heard=lambda _: self._session.feed(done))
        else:
            self._session.feed(done)
