"""What the lines of a test call have an assistant do. Pure."""

import re

from flows.engine import events as on
from flows.engine.commands import AgentTool, StartAgent, ToolSlot
from flows.testcalls import acts as a
from flows.testcalls.acts import Act
from flows.testcalls.virtual import VirtualCall
from flows.testcalls.world import same

FITTING = ("1", "12", "123", "1234", "4711", "12345", "123456", "1234567", "2026-12-24", "a", "Ann", "ann@example.com")


def ai_acts(call: VirtualCall, act: Act) -> str:
    """Let the assistant of this call do what a line says; returns a sentence when its step does not allow it."""
    agent = call.agent
    if agent is None:
        return "No assistant is talking here."
    match act:
        case a.AISays(words=words):
            call.agent_says(words)
        case a.AIFails():
            call.agent_finishes("failed")
        case a.AIEnds(outcome=wanted):
            return _ends(call, agent, wanted)
        case a.AIPutsThrough(to=to):
            return _puts_through(call, agent, to)
        case a.AILooksUp(lookup=lookup, given=given):
            return _looks_up(call, agent, lookup, dict(given))
    return ""


def _ends(call: VirtualCall, agent: StartAgent, wanted: str) -> str:
    found = next((end.name for end in agent.outcomes if same(end.label, wanted) or same(end.name, wanted)), "")
    if found:
        call.at = max(call.at, call.agent_since)
        call.agent_finishes(found)
        return ""
    ends = ", ".join(f"“{end.label or end.name}”" for end in agent.outcomes)
    return f"“{wanted}” is no end of this AI step. It ends with {ends}."


def _puts_through(call: VirtualCall, agent: StartAgent, to: str) -> str:
    tool = next((tool for tool in agent.tools if tool.name == "put_through"), None)
    choices = tool.slots[0].choices if tool else ()
    key = next((key for key, name in choices if same(name, to) or key == to), "")
    if not key:
        return f"This AI step may not put callers through to “{to}”. Tick it under “What it may do”."
    _ask(call, agent, "put_through", {"to": key})
    return ""


def _looks_up(call: VirtualCall, agent: StartAgent, wanted: str, given: dict[str, str]) -> str:
    known = call.flow.resources.get("lookup", {})
    keys = [key for key, row in known.items() if same(row.name, wanted) or key == wanted]
    tool = next((tool for tool in agent.tools for key in keys if tool.name == f"look_up_{key}"), None)
    if tool is None:
        return f"This AI step may not look up “{wanted}”. Tick it under “What it may do”."
    _ask(call, agent, tool.name, _arguments(tool, given))
    return ""


def _ask(call: VirtualCall, agent: StartAgent, tool: str, arguments: dict[str, str]) -> None:
    call.at = max(call.at, call.agent_since)
    request = f"request-{call.events}"
    call.feed(on.AgentAsked(call_id=request, tool=tool, arguments=arguments, turn=agent.turn))


def _arguments(tool: AgentTool, given: dict[str, str]) -> dict[str, str]:
    """What the lookup is asked with; details that the line leaves out are made up."""
    return {slot.name: given.get(slot.name) or _made_up(slot) for slot in tool.slots}


def _made_up(slot: ToolSlot) -> str:
    if slot.choices:
        return slot.choices[0][0]
    return next((text for text in FITTING if not slot.pattern or re.fullmatch(slot.pattern, text)), FITTING[0])
