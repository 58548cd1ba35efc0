"""The session that a conversation over OpenAI Realtime has: from being opened until it is lost. Pure.

A conversation has one after the other. What dies with a session is here; what outlives it is in `turns.py`.
"""

from collections import deque
from collections.abc import Iterable
from math import inf

from streams.ai.briefing import Json
from streams.ai.provider import AgentBrief
from streams.ai.realtime import frames
from streams.ai.realtime.floor import Floor
from streams.ai.realtime.frames import RealtimeOptions
from streams.ai.realtime.turn import Turn

OPENS_WITHIN = 5.0  # seconds, for a session to be set up


class Session:
    """`floor` says who has the floor in it, `sends` is what the server is told.

    `corrected`: something was cut since the last sound; services were seen to fall silent after that. `opens_by` is
    when it must be ready, `renew_at` when it is to be replaced. `server_cuts` is as in `Floor`.
    """

    def __init__(self, *, server_cuts: bool = True) -> None:
        self.sends = Sends()
        self._server_cuts = server_cuts
        self.floor = Floor(server_cuts=server_cuts)
        self.corrected = False
        self.opens_by: float | None = None
        self.renew_at = inf
        self._stage = "closed"  # then "opening", "configuring", "ready"

    @property
    def is_open(self) -> bool:
        """True while there is one, ready or not."""
        return self._stage != "closed"

    @property
    def is_ready(self) -> bool:
        """True while it takes audio, and anything may be created in it."""
        return self._stage == "ready"

    def open(self, now: float, until: float | None = None) -> None:
        """A new one is connected; it must be ready in time, and by `until`."""
        self.sends.queue.clear()
        self._stage, self.opens_by = "opening", min(now + OPENS_WITHIN, until or inf)
        self.floor, self.corrected = Floor(server_cuts=self._server_cuts), False

    def created(self, brief: AgentBrief, options: RealtimeOptions) -> None:
        """The server is there: tell it what the session is to be."""
        if self._stage == "opening":
            self._stage = "configuring"
            self.sends.put("update", frames.session_update(brief, options))

    def updated(self, items: Iterable[Json], renew_at: float) -> bool:
        """It is set up: tell it what was said before. False when that is no news."""
        if self._stage != "configuring":
            return False
        self._stage, self.opens_by, self.renew_at = "ready", None, renew_at
        for item in items:
            self.sends.item("history", item)
        return True

    def lose(self) -> Floor:
        """It is gone; gives who had the floor."""
        floor, self.floor = self.floor, Floor(server_cuts=self._server_cuts)
        self._stage, self.opens_by = "closed", None
        self.sends.queue.clear()
        return floor

    def ask(self, now: float) -> None:
        """Ask for the response that is wanted, when it is the time."""
        event_id = self.sends.name("create")
        params = self.floor.take_wish(event_id, now)
        if params is not None:
            self.sends.create(event_id, params)

    def give_result(self, call_id: str, result: str) -> None:
        """Tell it what a function call brought."""
        self.floor.unconfirmed.add(call_id)
        self.sends.result(call_id, result)

    def cut(self, turn: Turn, bytes_a_ms: int) -> None:
        """The caller cut in: tell it what was not heard of this turn."""
        if not self.is_ready or turn.is_forgotten:
            return
        if self.floor.active is turn and not turn.overheard:
            self.sends.cancel(turn.response_id)
        for correction in turn.corrections(bytes_a_ms):
            self.corrected = True
            self.sends.put("correction", correction)


class Sends:
    """What is to be sent, in order: `queue` is what waits.

    Each event has an id that begins with what it is for: an error names the event that it is about by it, and by
    nothing else.
    """

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
