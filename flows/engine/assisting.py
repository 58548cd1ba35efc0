"""What an assistant asks for while it talks with a caller: granted, put to the caller, or refused. Pure.

The model may interpret, it never authorises. Every request is held to what the builder ticked, whatever engine sent it;
what cannot be taken back is asked of the caller, and only a key says yes. A caller who is put through first hears what
the assistant said, then the announcement; when nobody takes the call, the step goes on.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from flows.engine.commands import (
    AnswerAgent,
    CancelTimer,
    Command,
    LogAsked,
    LookUp,
    Play,
    SendText,
    StartTimer,
    StopAgent,
    StopPlaying,
    Transfer,
)
from flows.engine.events import AgentAsked, DigitPressed, Event, LookedUp, PromptFinished, TextOrdered, TimerFired
from flows.engine.permitting import NOT_REACHED, PUT_THROUGH, Permitting
from flows.engine.step import Leave, Move, Retry, State, Stay
from flows.engine.tools import (
    NOT_TEXTED,
    NOTHING_FOUND,
    TEXTED,
    UNANSWERED,
    Ability,
    found_in_words,
    shown,
    why_not,
)
from flows.engine.values import value

CONFIRM_TIMER = "confirm"
YES_KEY, NO_KEY = "1", "2"
CONFIRM_SECONDS = 10.0
CHARACTERS_A_SECOND = 10  # of a slow voice: how long a question may play at most
MOST_ASKED = 20  # requests of one conversation; an assistant that asks for more is out of its mind
ASKED_ALREADY = "The caller is being asked to confirm something. Wait for that, and say nothing."


@value
class Talk:
    """What the step remembers of a conversation; plain data in `State.scratch`.

    `held` is a request that waits for the caller's key, `ends` the outcome that follows once that is settled, `closing`
    the outcome once the closing text was heard, `through` the destination once the announcement was. `looking` is
    what is being found out: request to tool.
    """

    turns: int = 0
    asked: int = 0
    held: Mapping[str, Any] | None = None
    ends: str = ""
    answers: Mapping[str, str] | None = None
    closing: str = ""
    through: str = ""
    ringing: bool = False
    looking: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Assisting(Permitting):
    """A step in which an assistant talks and asks for things. A kind says how the conversation begins and ends."""

    # what a kind decides

    def finished(self, talk: Talk) -> Move:
        """The conversation is over, and nothing is open any more."""
        raise NotImplementedError

    def gave_up(self, *before: Command) -> Move:
        """The assistant asked for too much: end the conversation."""
        raise NotImplementedError

    # what every assisting step does

    def requested(self, state: State, talk: Talk, event: Event) -> Move:
        """What an event means for what the assistant asked for."""
        match event:
            case PromptFinished() if talk.through and not talk.ringing:
                command = Transfer(destination=talk.through, ring_seconds=self.ring_seconds)
                return Stay(commands=[command], scratch=asdict(replace(talk, ringing=True)))
            case _ if talk.through:
                return Stay()
            case AgentAsked():
                return self._asked(state, talk, event)
            case LookedUp(request=request, ok=ok, found=found):
                return self._found_out(talk, request, ok, found_in_words(found) if ok else NOTHING_FOUND)
            case TextOrdered(request=request, ok=ok):
                return self._found_out(talk, request, ok, TEXTED if ok else NOT_TEXTED)
        return self._confirming(state, talk, event) if talk.held else Stay()

    def came_back(self, result: str) -> Leave:
        """The caller was put through, and is back, or the line is over."""
        outcome = PUT_THROUGH.name if result == PUT_THROUGH.name else NOT_REACHED.name
        return Leave(outcome=outcome, commands=[StopAgent()], tried=TOLD[outcome])

    def _asked(self, state: State, talk: Talk, event: AgentAsked) -> Move:
        """Grant a request, put it to the caller, or refuse it with a sentence that tells the assistant why."""
        talk = replace(talk, asked=talk.asked + 1)
        ability = next((known for known in self.abilities(state) if known.tool.name == event.tool), None)
        log = LogAsked(tool=event.tool[:60], arguments=shown(event.arguments), verdict="allowed")
        why = ASKED_ALREADY if talk.held is not None else why_not(ability, event.arguments, state.used)
        if talk.asked > MOST_ASKED:
            return self.gave_up(replace(log, verdict="refused", why="It asks too often."))
        if why or ability is None:
            refused = replace(log, verdict="refused", why=why)
            return Stay(commands=[refused, _answer(event.call_id, event.tool, why, ok=False)], scratch=asdict(talk))
        arguments = {slot.name: event.arguments[slot.name] for slot in ability.tool.slots}
        if ability.question:
            held = {"call_id": event.call_id, "tool": event.tool, "arguments": arguments}
            wait = CONFIRM_SECONDS + len(ability.question) / CHARACTERS_A_SECOND  # should nobody tell that it was heard
            commands: list[Command] = [
                replace(log, verdict="to-confirm"),
                Play(texts=(ability.question,), barge_in=False),
                StartTimer(seconds=wait, timer=CONFIRM_TIMER),
            ]
            return Stay(commands=commands, scratch=asdict(replace(talk, held=held)), used=event.tool)
        return replace(self._do(talk, ability, event.call_id, arguments, log), used=event.tool)

    def _do(self, talk: Talk, ability: Ability, call_id: str, arguments: Mapping[str, str], *before: Command) -> Stay:
        """What was asked for, in the order that callers expect: what was said is heard before the line is left."""
        command, tool = ability.act(call_id, arguments), ability.tool.name
        if isinstance(command, Transfer):
            announced = Play(texts=(self.announcement,) if self.announcement else (), barge_in=False)
            talk = replace(talk, through=command.destination)
            return Retry(commands=[*before, StopAgent(), announced], scratch=asdict(talk))
        if isinstance(command, LookUp | SendText):
            talk = replace(talk, looking={**(talk.looking or {}), call_id: tool})
            return Stay(commands=[*before, command], scratch=asdict(talk))
        return Stay(commands=[*before, command, _answer(call_id, tool, ability.told)], scratch=asdict(talk))

    def _found_out(self, talk: Talk, request: str, ok: bool, told: str) -> Move:
        """What came of a request that took time."""
        looking = dict(talk.looking or {})
        tool = looking.pop(request, None)
        if tool is None:
            return Stay()
        answer = _answer(request, tool, told, ok=ok)
        return Stay(commands=[answer], scratch=asdict(replace(talk, looking=looking)))

    def _confirming(self, state: State, talk: Talk, event: Event) -> Move:
        """The caller is asked whether it shall be done. Only a key says yes, once the question was heard and not only
        what the assistant said before it; silence is a no."""
        match event:
            case PromptFinished():
                return Stay(commands=[StartTimer(seconds=CONFIRM_SECONDS, timer=CONFIRM_TIMER)])
            case DigitPressed(digit=key, early=False) if key in (YES_KEY, NO_KEY):
                return self._settle(state, talk, key == YES_KEY, StopPlaying(), CancelTimer(timer=CONFIRM_TIMER))
            case TimerFired(timer=timer) if timer == CONFIRM_TIMER:
                return self._settle(state, talk, False)
        return Stay()

    def _settle(self, state: State, talk: Talk, agreed: bool, *before: Command) -> Move:
        held, talk = talk.held or {}, replace(talk, held=None)
        ability = next((known for known in self.abilities(state) if known.tool.name == held["tool"]), None)
        if agreed and ability is not None:
            done = self._do(talk, ability, held["call_id"], held["arguments"], *before)
        else:
            answer = _answer(held["call_id"], held["tool"], UNANSWERED, ok=False)
            done = Stay(commands=[*before, answer], scratch=asdict(talk))
        if not talk.ends:
            return done
        after = self.finished(talk)  # the assistant had said goodbye already
        return replace(after, commands=[*done.commands, *after.commands])


TOLD = {
    NOT_REACHED.name: "Talked with the assistant and was to be put through, but nobody was reached.",
    PUT_THROUGH.name: "Talked with the assistant, and was put through.",
}


def _answer(call_id: str, tool: str, result: str, *, ok: bool = True) -> AnswerAgent:
    return AnswerAgent(call_id=call_id, tool=tool[:60], result=result, ok=ok)
