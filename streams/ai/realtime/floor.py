"""Who has the floor in one session, and when a response may be asked for. Pure.

There is one response at a time. Some the server makes by itself, when the caller stops speaking; others we ask for, and
both may happen at once. So what we want waits until nobody speaks, and is asked for again when the server was faster.
"""

from collections import deque
from dataclasses import dataclass, field

from streams.ai.briefing import Json
from streams.ai.realtime.turn import Turn

SPEAKS_WITHIN = 4.0  # seconds without a sound of the answer that is due: the line is open but dead

PLAIN: Json = {}  # a response as the session is set, from the conversation so far
GOODBYE: Json = {"tool_choice": "none"}


@dataclass(slots=True)
class Floor:
    """`active` is the response that runs, `asked` the parameters of the one that is on its way.

    `due_at` is when the agent's silence is too long. `unconfirmed` are function calls whose results the server has not
    taken in yet, `uncounted` the responses that began and whose end, and so whose use, was not told.

    `server_cuts`: the server cancels what runs when it hears the caller. One that does not may fail to answer what it
    heard meanwhile, so that answer is asked for.
    """

    server_cuts: bool = True
    active: Turn | None = None
    asked: Json | None = None
    wanted: Json | None = None
    due_at: float | None = None
    caller_speaks: bool = False
    server_answers: bool = False  # the caller stopped, so the server makes a response by itself
    unconfirmed: set[str] = field(default_factory=set)
    uncounted: dict[str, Turn] = field(default_factory=dict)
    _last_asked: tuple[str, Json] = ("", PLAIN)
    _blocked: bool = False  # the server says that a response runs of which we know nothing
    _over: deque[str] = field(default_factory=lambda: deque(maxlen=64))  # responses of which nothing more is wanted
    _finished: deque[str] = field(default_factory=lambda: deque(maxlen=64))  # and those whose end was told

    @property
    def is_idle(self) -> bool:
        """True when nobody speaks and nothing is wanted."""
        return self.wanted is None and self.is_free

    @property
    def is_free(self) -> bool:
        """True when a response may be asked for."""
        return not (self.active or self.asked is not None or self._blocked or self.caller_speaks or self.server_answers)

    def want(self, params: Json) -> None:
        """A response is wanted; the latest wish counts, and a goodbye is the last."""
        if self.wanted is not GOODBYE:
            self.wanted = params

    def take_wish(self, event_id: str, now: float) -> Json | None:
        """The parameters to ask with now, under this event id; None when it is not the time."""
        if self.wanted is None or not self.is_free:
            return None
        params, self.wanted = self.wanted, None
        self.asked, self._last_asked = params, (event_id, params)
        self.is_due(now)
        return params

    def wish_refused(self, event_id: str) -> Json | None:
        """The response asked for under this event id will not be; what it was asked with."""
        if event_id != self._last_asked[0]:
            return None
        self.asked = None
        return self._last_asked[1]

    def wish_too_early(self, params: Json) -> None:
        """Refused because another one runs: ask again after it, unless that one answers it all."""
        self._blocked = self.active is None
        if self.active is not None:
            self.active.params = None  # so that one is the server's own
        covered = self.active is not None and self.active.knows_all and params == PLAIN
        if self.wanted is None and not covered:
            self.wanted = params

    def began(self, response_id: str, now: float) -> None:
        """The server began a response, none other runs."""
        params, self.asked, self.server_answers = self.asked, None, False
        self.active = self.uncounted[response_id] = Turn(response_id, params=params, knows_all=not self.unconfirmed)
        if params is None and self.wanted is not GOODBYE and self.active.knows_all:
            self.wanted = None  # the server answers by itself, and knows all that ours would rest on
        self.due_at = self.due_at or now + SPEAKS_WITHIN

    def finished(self, response_id: str, now: float) -> tuple[bool, Turn | None]:
        """The server is done with a response: whether that is news, and its turn when it was the one that ran."""
        response_id = response_id or (self.active.response_id if self.active else "")
        if response_id in self._finished:
            return False, None
        self._blocked = False
        self.uncounted.pop(response_id, None)
        if response_id:
            self._finished.append(response_id)
            self._over.append(response_id)
        if not self.runs(response_id):
            return True, None
        turn, self.active = self.active, None
        self.due_at = now + SPEAKS_WITHIN if self.server_answers else None
        return True, turn

    def give_up(self) -> Turn | None:
        """Another response began although this one was not done: nothing more of it is wanted."""
        turn, self.active = self.active, None
        if turn is not None:
            self._over.append(turn.response_id)
        return turn

    def runs(self, response_id: str) -> bool:
        """True when this is the response that runs."""
        return self.active is not None and self.active.response_id == response_id

    def is_over(self, response_id: str) -> bool:
        """True when nothing more of this response is wanted."""
        return response_id in self._over

    def is_due(self, now: float) -> None:
        """From now on, the agent's silence counts."""
        self.due_at = now + SPEAKS_WITHIN

    def caller_began(self) -> None:
        """The caller speaks: the server cancels what runs by itself, where it is to."""
        self.caller_speaks, self.server_answers, self.due_at = True, False, None
        if self.active is not None:
            self.active.overheard = self.server_cuts

    def caller_stopped(self, now: float) -> None:
        """The caller stopped: the server answers by itself, unless a response runs that went on."""
        goes_on = not self.server_cuts and (self.active is not None or self.asked is not None)
        self.caller_speaks, self.server_answers = False, not goes_on
        if goes_on:
            self.want(PLAIN)
        self.is_due(now)

    def owed(self) -> Json | None:
        """When the session breaks off now: the response that the caller still waits for, None when there is none.

        A turn that can be heard already is not among them.
        """
        if self.server_answers:
            return PLAIN
        if self.active is not None and not self.active.overheard:
            return self.active.params or PLAIN
        return self.wanted if self.asked is None else self.asked
