"""What is to be sent to OpenAI Realtime, in order. Pure.

Each event has an id that begins with what it is for: an error names the event that it is about by it, and by nothing
else.
"""

from collections import deque

from streams.ai.briefing import Json
from streams.ai.realtime import frames


class Sends:
    """`queue` is what waits to be sent."""

    def __init__(self) -> None:
        self.queue: deque[Json] = deque()
        self._count = 0

    def name(self, purpose: str) -> str:
        """A new event id: `create-7`."""
        self._count += 1
        return f"{purpose}-{self._count}"

    def put(self, purpose: str, event: Json) -> None:
        """Send this event, under a new id."""
        self.queue.append({**event, "event_id": self.name(purpose)})

    def item(self, purpose: str, item: Json) -> None:
        """Put an item into the conversation."""
        self.put(purpose, {"type": "conversation.item.create", "item": item})

    def result(self, call_id: str, result: str) -> None:
        """Give the result of a function call."""
        self.item("result", frames.output(call_id, result))

    def create(self, event_id: str, params: Json) -> None:
        """Ask for a response, under an id that was named before."""
        with_params = {"response": params} if params else {}
        self.queue.append({"type": "response.create", "event_id": event_id, **with_params})

    def cancel(self, response_id: str) -> None:
        """Stop a response."""
        self.put("cancel", {"type": "response.cancel", "response_id": response_id})
