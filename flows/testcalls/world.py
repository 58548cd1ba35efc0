"""How the rest of the world behaves in a test call: desks, lookups, text messages, a language model. Pure.

Unless a line says otherwise, desks answer, messages are left, texts are sent, lookups find nothing, and words that the
flow does not know by itself mean nothing.
"""

import copy
from dataclasses import dataclass, field
from typing import Any

from flows.engine import commands as do
from flows.engine import events as on
from flows.engine.events import Event
from flows.engine.folding import folded
from flows.engine.machine import Flow
from flows.testcalls import acts as a
from flows.testcalls.acts import Act

USUAL_MESSAGE = 10  # seconds


def same(one: str, other: str) -> bool:
    """Whether two names are the same to people."""
    return " ".join(folded(one).split()) == " ".join(folded(other).split())


@dataclass
class World:
    """What the lines said so far. Desks and lookups are named as builders name them; keys will do."""

    flow: Flow
    desks: dict[str, str] = field(default_factory=dict)
    found: dict[str, dict[str, str] | None] = field(default_factory=dict)
    meanings: list[tuple[str, str]] = field(default_factory=list)
    message: int = USUAL_MESSAGE
    sends_texts: bool = True

    def fork(self) -> "World":
        """The same world for another call."""
        other = copy.copy(self)
        other.desks, other.found, other.meanings = dict(self.desks), dict(self.found), list(self.meanings)
        return other

    def learn(self, act: Act) -> str:
        """Behave as this line says; returns a sentence when the flow knows nothing of the kind."""
        match act:
            case a.Desk(name=name, result=result):
                return self._keep(self.desks, "destination", name, result)
            case a.Finds(lookup=name, found=found):
                return self._keep(self.found, "lookup", name, dict(found))
            case a.FindsNothing(lookup=name):
                return self._keep(self.found, "lookup", name, {})
            case a.LookupFails(lookup=name):
                return self._keep(self.found, "lookup", name, None)
            case a.Means(words=words, meaning=meaning):
                self.meanings.append((words, meaning))
            case a.Leaves(seconds=seconds):
                self.message = seconds
            case a.TextsRefused():
                self.sends_texts = False
        return ""

    def result_of(self, destination: str) -> str:
        """What becomes of a call that is put through to the destination with this key."""
        return self.desks.get(destination, a.ANSWERS)

    def answer(self, command: do.Command) -> Event:
        """What comes of something that takes time."""
        match command:
            case do.LookUp(lookup=lookup, request=request, turn=turn):
                found = self.found.get(lookup, {})
                return on.LookedUp(request=request, ok=found is not None, found=found or {}, turn=turn)
            case do.SendText(request=request, turn=turn):
                return on.TextOrdered(request=request, ok=self.sends_texts, turn=turn)
            case do.AskForCallback(request=request, turn=turn):
                return on.CallbackNoted(request=request, ok=True, turn=turn)
            case do.Understand(said=said, choices=choices, turn=turn):
                meant = next((meaning for words, meaning in reversed(self.meanings) if same(words, said)), "")
                named = (c.name for c in choices if same(c.label, meant) or same(c.name, meant))
                answer = next(named, meant)
                return on.Understood(answer=answer, confidence=1.0 if answer else 0.0, turn=turn)
        return on.Event()

    def _keep(self, kept: dict[str, Any], what: str, name: str, known: Any) -> str:
        rows = self.flow.resources.get(what, {})
        key = next((key for key, row in rows.items() if same(str(getattr(row, "name", row)), name) or key == name), "")
        if not key:
            return f"This flow has no {what} called “{name}”."
        kept[key] = known
        return ""
