"""An agent step's conversation: the caller's audio to the agent, its speech to the line, its end to the flow.

An ending waits until the goodbye was heard. When the engine fails the flow is told `failed` and decides what the
caller hears.
"""

import logging
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from flows.engine.commands import StartAgent
from flows.engine.events import AgentAsked, AgentFinished, AgentSpoke, UtteranceHeard
from streams.ai.provider import (
    AgentAudio,
    AgentBrief,
    AgentEnded,
    AgentSaid,
    CallerSaid,
    Conversation,
    HeardSpeech,
    ProviderError,
    Saying,
    ToolCalled,
    Used,
)
from streams.speaker import Spoken

if TYPE_CHECKING:
    import asyncio

    from streams.session import CallSession


log = logging.getLogger(__name__)

PATIENCE = 2.5  # seconds of silence while the agent owes an answer; then the caller is asked to hold on
HASTE = 0.3  # seconds, when finding out that the caller was not understood may have taken its time already
HOLDS = 3  # times; then the agent counts as failed


class Dialogue:
    """At most one conversation at a time."""

    def __init__(self, session: "CallSession", prices: Mapping[str, Decimal]) -> None:
        self._session, self._prices = session, prices
        self._dollars = Decimal(0)  # what this conversation has cost so far
        self._talk: Conversation | None = None
        self._task: asyncio.Task[None] | None = None
        self._speaking: Spoken | None = None
        self._turn = 0
        self._outcome: str | None = None
        self._caller_stopped_at: float | None = None
        self._latency_ms: int | None = None
        self._holds = 0
        self._requests: dict[str, bool] = {}  # not answered by the flow yet; True: the caller waits for what is found

    @property
    def is_open(self) -> bool:
        """True while an agent is listening."""
        return self._talk is not None

    def open(self, command: StartAgent) -> None:
        """Begin a conversation in the turn of this command."""
        self.shut()
        self._turn, self._outcome, self._speaking = command.turn, None, None
        self._dollars = Decimal(0)
        self._requests.clear()
        self._owes_an_answer()
        self._task = self._session.spawn(self._converse(command))

    def shut(self) -> None:
        """End the conversation; nothing more of it reaches the line or the flow."""
        if self._task is not None:
            self._task.cancel()
            self._session.cancel_timer("patience")
        self._task = self._talk = self._speaking = None

    def push(self, audio: bytes) -> None:
        """The caller's audio."""
        if self._talk is not None:
            self._talk.push(audio)

    def answer(self, call_id: str, result: str) -> None:
        """What came of a request of the agent; it goes on from there."""
        self._requests.pop(call_id, None)
        if self._talk is not None:
            self._talk.answer_tool(call_id, result)
            self._owes_an_answer()

    def takes_time(self, call_id: str) -> None:
        """What this request asks for is being found out: the caller is asked to hold on when it takes long."""
        if self._talk is not None and call_id in self._requests:
            self._requests[call_id] = True
            self._owes_an_answer()

    async def _converse(self, command: StartAgent) -> None:
        session, mine = self._session, self._task
        try:
            agent = session.engines.agent(command.engine)
            session.note("agent_started", engine=agent.name, title=agent.title)
            async with agent.converse(_brief(command, session)) as talk:
                self._talk = talk
                async for saying in talk:
                    self._hear(saying)
                    if self._task is not mine:
                        return  # the flow went on: cancelled or not, what is still queued is not for this line
                    if self._outcome is not None:
                        break
        except ProviderError as error:
            session.note("error", what=f"the agent failed: {error}")
        except Exception:  # an adapter's own mistake: the flow knows a way on
            log.exception("An agent broke.")
            session.note("error", what="the agent failed: it broke")
        session.cancel_timer("patience")
        self._talk = None
        self._finish(self._outcome or "failed")

    def _hear(self, saying: Saying) -> None:
        session = self._session
        match saying:
            case AgentAudio(audio=audio):
                self._speak(audio)
            case AgentSaid(text=text):
                self._said(text)
            case HeardSpeech():
                self._interrupted()
            case CallerSaid(text=""):
                self._owes_an_answer(HASTE)
            case CallerSaid(text=text):
                self._caller_stopped_at = session.now()
                self._owes_an_answer()
                session.note("agent_heard", text=text)
                # the flow hears it too: who asks for a person gets one, whatever the agent makes of it
                session.feed(UtteranceHeard(text=text, turn=self._turn))
            case Used(engine=engine, model=model, unit=unit, quantity=quantity):
                self._dollars += self._prices.get(f"ai:{model}:{unit}", Decimal(0)) * Decimal(str(quantity))
                session.note("used", engine=engine, model=model, unit=unit, quantity=quantity)
            case ToolCalled(call_id=call_id, name=name, arguments=arguments):
                self._requests[call_id] = False
                session.cancel_timer("patience")  # it is the flow's turn
                session.feed(AgentAsked(call_id=call_id, tool=name, arguments=arguments, turn=self._turn))
            case AgentEnded(outcome=outcome):
                self._outcome = outcome

    def _speak(self, audio: bytes) -> None:
        if self._speaking is None:
            if self._caller_stopped_at is not None:
                self._latency_ms = round((self._session.now() - self._caller_stopped_at) * 1000)
                self._caller_stopped_at = None
            self._speaking = self._session.speaker.begin(barge_in=True, heard=self._heard)
        self._session.speaker.add(self._speaking, audio)
        self._owes_an_answer()  # or the rest of it

    def _said(self, text: str) -> None:
        self._session.cancel_timer("patience")
        if any(self._requests.values()):
            self._owes_an_answer()
        if self._speaking is not None:
            self._session.speaker.close(self._speaking)
            self._session.note("agent_said", text=text, latency_ms=self._latency_ms, prompt=self._speaking.name)
            self._speaking, self._latency_ms = None, None
        self._session.feed(AgentSpoke(text=text, cents=float(self._dollars * 100), turn=self._turn))

    def _owes_an_answer(self, within: float = PATIENCE) -> None:
        """From here on, or from the end of what is being said, the caller waits for the agent."""
        self._holds = 0
        if all(self._requests.values()):  # else the flow has asked the caller something
            self._be_patient(within)

    def _be_patient(self, seconds: float) -> None:
        self._session.start_timer("patience", self._session.speaker.lead_seconds + seconds, self._silent)

    def _silent(self) -> None:
        if self._holds < HOLDS:
            self._holds += 1
            self._session.ask_to_hold()
            self._be_patient(PATIENCE)
        elif self._task is not None:
            self._session.note("error", what="the agent failed: it fell silent")
            self._task.cancel()
            self._talk = None
            self._finish("failed")

    def _heard(self, confirmed: bool) -> None:
        """One turn of the agent was heard to its end; nothing waits for it but the ending."""

    def _interrupted(self) -> None:
        self._session.cancel_timer("patience")  # it is the caller's turn
        if not self._session.speaker.may_barge_in or self._talk is None:
            return
        heard_ms = self._session.prompter.cut_short("speech")
        self._speaking = None
        self._talk.interrupt(heard_ms)

    def _finish(self, outcome: str) -> None:
        """Tell the flow, once what was said last has been heard."""
        done = AgentFinished(outcome=outcome, turn=self._turn)
        if self._speaking is not None:
            self._session.speaker.close(self._speaking)
            self._speaking = None
        if self._session.speaker.is_speaking:
            self._session.speaker.say([b""], barge_in=False, heard=lambda _: self._session.feed(done))
        else:
            self._session.feed(done)


def _brief(command: StartAgent, session: "CallSession") -> AgentBrief:
    return AgentBrief(
        instructions=command.instructions,
        persona=command.persona,
        greeting=command.greeting,
        knowledge=command.knowledge,
        notes=command.notes,
        outcomes=command.outcomes,
        tools=command.tools,
        tried=command.tried,
        language=session.flow.language,
        voice=command.voice or session.flow.voice,
    )
