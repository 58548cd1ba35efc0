"""What was said and asked for in a conversation, in order, so that a new session can be told. Pure.

A session that broke off cannot be resumed: the next one begins empty. Its predecessors' audio cannot be made again;
their words, function calls and results can.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from streams.ai.briefing import Json
from streams.ai.provider import Spoke
from streams.ai.realtime import frames

MOST = 200  # entries that a new session is told; the oldest are left out


@dataclass(slots=True)
class Line:
    """Something said. The caller's words come later than their place, or never."""

    who: str
    words: str = ""


@dataclass(slots=True)
class Call:
    """Something asked for; `result` is None while it is awaited."""

    call_id: str
    name: str
    arguments: str
    result: str | None = None


class Memory:
    """Lines and calls in the order in which they began; `awaited` are the calls without a result, by id."""

    def __init__(self, history: Iterable[Spoke] = ()) -> None:
        self.awaited: dict[str, Call] = {}
        self._entries: list[Line | Call] = [Line(spoke.who, spoke.text) for spoke in history]

    @property
    def last(self) -> Line | Call | None:
        """The latest entry."""
        return self._entries[-1] if self._entries else None

    def add(self, entry: Line | Call) -> None:
        """Something more. The words of a line may be filled in later."""
        self._entries.append(entry)
        if isinstance(entry, Call):
            self.awaited[entry.call_id] = entry

    def answer(self, call_id: str, result: str) -> None:
        """What a call brought, which was awaited."""
        self.awaited.pop(call_id).result = result

    def items(self) -> list[Json]:
        """Everything, as conversation items for a new session."""
        return [item for entry in self._entries[-MOST:] for item in _items(entry)]


def _items(entry: Line | Call) -> list[Json]:
    if isinstance(entry, Line):
        return [frames.message(entry.who, entry.words)] if entry.words.strip() else []
    asked = frames.call(entry.call_id, entry.name, entry.arguments)
    return [asked] if entry.result is None else [asked, frames.output(entry.call_id, entry.result)]
