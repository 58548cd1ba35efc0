"""An agent step's conversation: the caller's audio to an agent, its speech to the line, its end to the flow.

The ladder: an engine that fails is asked once more when that may help, then the next engine goes on where it stopped,
told what was said so far. Meanwhile the caller is asked to hold on (`patience.py`). When none is left the flow is told
`failed` and decides who takes over. Each attempt is one task; what an attempt that was given up still brings is
dropped. An ending waits until the goodbye was heard.
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack
from decimal import Decimal
from typing import TYPE_CHECKING

from flows.engine.commands import StartAgent
from flows.engine.events import AgentAsked, AgentFinished
from streams.ai.provider import (
    AgentAudio,
    AgentEnded,
    AgentSaid,
    CallerSaid,
    Conversation,
    HeardPause,
    HeardSpeech,
    ProviderError,
    ProviderTimedOut,
    ProviderUnavailable,
    Saying,
    ToolCalled,
    Used,
)
from streams.audio.mulaw import BYTES_A_MS
from streams.exchange import TURN_AUDIO_MS, Exchange
from streams.house_texts import SAY_AGAIN, STILL_THERE
from streams.introduction import briefed, first_words
from streams.ladder import Ladder
from streams.patience import QUIET_TIMES, Patience
from streams.unanswered import Unanswered

if TYPE_CHECKING:
    from streams.session import CallSession


log = logging.getLogger(__name__)

FAILED, COULD_NOT_HELP = "failed", "could-not-help"
OPENS_WITHIN = 4.0  # seconds for an engine to be ready to talk
EARLY_BYTES = 4000 * BYTES_A_MS  # of the caller's audio, kept while an engine is being reached
PAUSE = 0.7  # seconds after which our own detector says that an utterance is over


class Dialogue:
    """At most one conversation at a time."""

    def __init__(self, session: "CallSession", prices: Mapping[str, Decimal]) -> None:
        self._session, self._prices = session, prices
        self._patience = Patience(session, give_up=self._overdue, quiet=self._quiet)
        self._task: asyncio.Task[None] | None = None
        self._talk: Conversation | None = None
        self._open = self._lingers = False

    @property
    def is_open(self) -> bool:
        """True while an agent talks with the caller, or is being reached."""
        return self._open

    # --- what the session does ----------------------------------------------------------------------------------------

    def open(self, command: StartAgent) -> None:
        """Begin a conversation in the turn of this command."""
        self.shut()
        self._open, self._command = True, command
        self._exchange = Exchange(self._session, self._patience, command.turn, self._waits)
        self._ladder = Ladder(self._session.engines.agent_ladder(command.engine or self._session.flow.agent))
        self._dollars = Decimal(0)  # what this conversation has cost so far
        self._outcome: str | None = None
        self._worked = False  # the present rung finished a turn
        self._requests: dict[str, bool] = {}  # not answered by the flow yet; True: the caller waits for what is found
        self._early = bytearray()
        self._unanswered, self._was_deaf = Unanswered(), False
        self._greet()
        if self._open:  # a step may end a conversation at its first words
            self._try()

    def shut(self) -> None:
        """End the conversation; nothing more of it reaches the line or the flow."""
        if self._open:
            self._open = False
            self._drop()
            self._patience.stop()

    def linger(self) -> "asyncio.Task[None] | None":
        """The caller is gone. The task that still brings their last words, if any are on their way; else it is over."""
        last = self._task if self._open and self._exchange.awaits_words else None
        if last is not None:
            self._task, self._open = None, False  # from here on only words and their cost are of interest
            self._lingers = True
        self.shut()
        return last

    def push(self, audio: bytes) -> None:
        """The caller's audio."""
        deaf = self._unanswered.push(audio)
        if self._talk is not None:
            self._talk.push(audio)
        else:
            self._early += audio
            del self._early[:-EARLY_BYTES]
        if deaf and not (self._was_deaf or self._patience.is_waiting or self._session.speaker.is_speaking):
            self._was_deaf = True  # once: what no engine takes for speech may be the radio
            self._patience.owes(ago=PAUSE)

    def answer(self, call_id: str, result: str) -> None:
        """What came of a request of the agent; it goes on from there."""
        self._requests.pop(call_id, None)
        if self._open and self._talk is not None:
            self._talk.answer_tool(call_id, result)
            self._waits()

    def takes_time(self, call_id: str) -> None:
        """What this request asks for is being found out: the caller is asked to hold on when it takes long."""
        if self._open and call_id in self._requests:
            self._requests[call_id] = True
            self._waits()

    def _waits(self, ago: float = 0.0) -> None:
        """The caller waits for the agent, unless the flow has asked them something itself."""
        if all(self._requests.values()):
            self._patience.owes(ago)
        else:
            self._patience.rests()

    # --- engines, one after the other ---------------------------------------------------------------------------------

    def _greet(self) -> None:
        """Say the greeting from the flow's own prompts: at once, word for word, and also when no engine is reached."""
        texts = first_words(self._session.flow, self._command.greeting)
        clips = [self._session.clip(text) for text in texts]
        if all(clips):
            self._exchange.opens_with(texts, clips)
        else:
            self._patience.owes()  # the engine will greet

    def _try(self) -> None:
        """Let the present rung talk, or tell the flow that there is none."""
        name = self._ladder.rung
        if name is None:
            self._finish(FAILED)
            return
        self._exchange.engine, self._worked = name, False
        self._task = self._session.spawn(self._converse(name))

    def _drop(self) -> None:
        """Give up the present attempt; what it still brings is not for this line."""
        if self._task is not None:
            self._task.cancel()
        self._task = self._talk = None

    async def _converse(self, name: str) -> None:
        mine = self._task
        error: ProviderError | None = None
        try:
            await self._talk_with(name)
            if self._outcome is None:
                error = ProviderUnavailable("It ended the conversation without an outcome.")
        except ProviderError as failure:
            error = failure
        except TimeoutError:
            error = ProviderTimedOut(f"It was not ready to talk within {OPENS_WITHIN:.0f} seconds.")
        except Exception:  # an adapter's own mistake: the next engine, or the flow, knows a way on
            log.exception("An agent broke.")
            error = ProviderError("It broke.")
        if self._task is not mine or not self._open:
            return
        self._task = self._talk = None
        if error is None:
            self._finish(self._outcome or FAILED)
        else:
            self._fell(error)

    async def _talk_with(self, name: str) -> None:
        session, mine = self._session, self._task
        agent = session.engines.agent(name)
        brief = briefed(self._command, session.flow, self._exchange.history)
        async with AsyncExitStack() as stack:
            async with asyncio.timeout(OPENS_WITHIN):
                talk = await stack.enter_async_context(agent.converse(brief))
            if self._task is not mine:
                return
            session.note("agent_started", engine=agent.name, title=agent.title)
            self._take(talk)
            async for saying in talk:
                if self._lingers:
                    if self._late(saying):
                        return
                    continue
                if self._task is mine:
                    self._hear(saying)
                if self._task is not mine or self._outcome is not None:
                    return  # the flow went on: cancelled or not, what is still queued is not for this line

    def _take(self, talk: Conversation) -> None:
        """From here on this conversation hears the caller, also what was said before it was there."""
        self._talk = talk
        missed = self._unanswered.take() or bytes(self._early)
        self._early.clear()
        if self._exchange.caller_is_unanswered or not self._exchange.history:
            return  # it answers, or greets, by itself
        if missed:
            talk.push(missed)
        elif self._patience.is_waiting:  # for what went under with the engine before
            self._session.say_house(SAY_AGAIN)
            self._patience.callers_turn()

    def _fell(self, error: ProviderError) -> None:
        """The present rung failed."""
        session, engine = self._session, self._exchange.engine
        session.engines.report(engine, error.fault)
        session.note("engine_failed", ability="agent", engine=engine, fault=error.fault, what=str(error))
        self._ladder.fell(error, worked=self._worked)
        if self._ladder.rung is not None:
            self._exchange.broke_off()
        self._try()

    def _overdue(self) -> None:
        """The caller waited long enough for this engine."""
        self._drop()
        self._fell(ProviderTimedOut("It fell silent."))

    # --- what an agent brings -----------------------------------------------------------------------------------------

    def _hear(self, saying: Saying) -> None:
        match saying:
            case AgentAudio(audio=audio):
                if not self._exchange.audio(audio) and self._talk is not None:
                    self._session.note("budget", which="audio")
                    self._talk.interrupt(TURN_AUDIO_MS)
            case AgentSaid(text=text):
                self._worked = True
                self._session.engines.report(self._exchange.engine, None)
                self._exchange.said(text)
                if self._requests:
                    self._waits()
            case HeardSpeech():
                self._unanswered.noticed()
                heard_ms = self._exchange.caller_speaks()
                if heard_ms is not None and self._talk is not None:
                    self._talk.interrupt(heard_ms)
            case HeardPause(pause_ms=pause_ms):
                self._exchange.caller_stopped(pause_ms / 1000)
            case CallerSaid(text=text):
                if text:
                    self._unanswered.understood()
                self._exchange.caller_said(text)
            case Used():
                self._used(saying)
            case ToolCalled(call_id=call_id, name=name, arguments=arguments):
                self._requests[call_id] = False
                self._patience.rests()  # the step says when the agent is to go on
                turn = self._command.turn
                self._session.feed(AgentAsked(call_id=call_id, tool=name, arguments=arguments, turn=turn))
            case AgentEnded(outcome=outcome):
                self._outcome = outcome

    def _late(self, saying: Saying) -> bool:
        """Something that comes after the caller hung up; True when there is nothing more to wait for."""
        match saying:
            case CallerSaid(text=text):
                if text:
                    self._session.note("agent_heard", text=text)
                return True
            case Used():
                self._used(saying)
        return False

    def _used(self, used: Used) -> None:
        price = self._prices.get(f"ai:{used.model}:{used.unit}", Decimal(0))
        self._dollars += price * Decimal(str(used.quantity))
        self._exchange.cents = float(self._dollars * 100)
        self._session.note("used", **used.as_line())

    def _quiet(self, times: int) -> None:
        """The caller has said nothing for a long while."""
        if times < QUIET_TIMES:
            self._session.say_house(STILL_THERE)
            self._patience.callers_turn()
        else:
            self._drop()
            self._finish(COULD_NOT_HELP)

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
