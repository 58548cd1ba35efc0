"""A conversation over OpenAI Realtime: a state machine without a socket and without a clock.

What the server tells (`events.py` reads it) and our own acts go in; `sends` (client events) and `sayings` come out.
What happens within one session is in `session.py`, what each of the two says in `caller.py` and `speaking.py`; what
follows from it is here. The conversation outlives its sessions: `lost` ends one, `open` begins the next, which is told
all that was said.

What the server tells may raise `ProviderError`, when the engine must be given up, and `SessionOver`, when this session
must; so may `tick`. What the call does (`interrupt`, `answer_tool`) never raises, at no time.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from streams.ai.briefing import Json
from streams.ai.openai.client import FATAL, fault_of
from streams.ai.provider import AgentBrief, AgentSaid, Fault, ProviderError, Used
from streams.ai.realtime import owed
from streams.ai.realtime.caller import Caller
from streams.ai.realtime.calls import decide
from streams.ai.realtime.floor import GOODBYE, PLAIN
from streams.ai.realtime.frames import BYTES_A_MS, RealtimeOptions, server_cuts
from streams.ai.realtime.memory import Call, Memory
from streams.ai.realtime.meter import Meter
from streams.ai.realtime.sayings import Sayings
from streams.ai.realtime.session import Session
from streams.ai.realtime.speaking import Speaking
from streams.ai.realtime.turn import Done, Turn

log = logging.getLogger(__name__)

ENDS_WITHIN = 8.0  # seconds for the goodbye
MOST_REFUSALS = 3  # calls in a row that cannot be taken
MOST_FAILURES = 1  # responses in a row that fail and are asked for again
MOST_ODDITIES = 50  # kinds of them that are told apart

ANOTHER_RUNS = "conversation_already_has_active_response"


class SessionOver(Exception):  # noqa: N818
    """This session is of no more use, the conversation is. `planned` when nothing is wrong with it but its age."""

    def __init__(self, *, planned: bool = False) -> None:
        super().__init__("the session is over")
        self.planned = planned


class RealtimeTurns:
    """One conversation. `fail` makes the `ProviderError` for a fault and an error code.

    `oddities` counts what needed no answer; `turns_made` the turns that came to a good end.
    """

    def __init__(
        self, brief: AgentBrief, options: RealtimeOptions, fail: Callable[[Fault, str], ProviderError], *, engine: str
    ) -> None:
        self._brief, self._options, self._fail = brief, options, fail
        self._session = Session(server_cuts=server_cuts(brief))
        self.sends = self._session.sends.queue
        self.oddities: Counter[str] = Counter()
        self.turns_made = 0
        self._out = Sayings()
        self.sayings = self._out.queue
        self._memory = Memory(brief.history)
        self._owed = owed.at_first(brief)  # what the next session begins with
        bytes_a_ms = BYTES_A_MS[options.audio]
        model = options.transcription_model
        self.caller = Caller(self._session, self._out, self._memory, model=model, engine=engine)
        self._meter = Meter(brief, engine=engine, model=options.model, bytes_a_ms=bytes_a_ms)
        self.speaking = Speaking(self._session, self._out, self._memory, bytes_a_ms=bytes_a_ms)
        self._outcome = ""
        self._ends_by: float | None = None
        self._refusals = self._failures = 0

    # --- sessions -----------------------------------------------------------------------------------------------------

    @property
    def ready(self) -> bool:
        """True while the session takes audio."""
        return self._session.is_ready

    @property
    def wake_at(self) -> float | None:
        """When `tick` is due."""
        session = self._session
        renew_at = session.renew_at if self.ready and self._is_quiet else None
        times = (session.opens_by, session.floor.due_at, self._out.held_until, self._ends_by, renew_at)
        return min((at for at in times if at is not None), default=None)

    @property
    def _is_quiet(self) -> bool:
        return self._session.floor.is_idle and not (self._out.awaits_words or self._outcome or self._memory.awaited)

    @property
    def is_open(self) -> bool:
        """True while there is a session, ready or not."""
        return self._session.is_open

    @property
    def ended(self) -> bool:
        """True when nothing more will be said."""
        return self._out.ended

    @property
    def is_ending(self) -> bool:
        """True once an end was named; the goodbye may still be to come."""
        return bool(self._outcome)

    def open(self, now: float, until: float | None = None) -> None:
        """A new session is connected; it must be ready in time, and by `until`."""
        self._session.open(now, until)

    def lost(self, now: float) -> None:
        """The session is gone. What the agent owed the caller, the next session gives."""
        was_ready, floor = self.ready, self._session.lose()
        self._out.no_more_words()
        self._out.put(*self._meter.reckoned(floor.uncounted.values()))
        if floor.active is not None:
            self.speaking.give_words(floor.active, now)
        self.speaking.forget()
        if self._outcome:
            self._end(now)
        elif was_ready:
            self.oddities["session lost"] += 1
            self._owed = owed.after(self._brief, floor, self._memory)

    def session_created(self) -> None:
        """The server is there: tell it what the session is to be."""
        self._session.created(self._brief, self._options)

    def session_updated(self, now: float) -> None:
        """The session is as we want it; only now may anything be created in it."""
        if self._session.updated(self._memory.items(), now + self._options.renew_seconds):
            first, self._owed = self._owed, None
            if first is not None:
                self._want(first, now)

    def owing(self) -> tuple[Used, ...]:
        """What was used and neither taken nor told; once."""
        uncounted, self._session.floor.uncounted = self._session.floor.uncounted, {}
        return (*self._out.take_used(), *self._meter.reckoned(uncounted.values()))

    # --- what goes in -------------------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """A time in `wake_at` has come."""
        with self.ending_at_the_worst(now):
            self._tick(now)

    @contextmanager
    def ending_at_the_worst(self, now: float) -> Iterator[None]:
        """Once an end was named, no failure is worth telling: the caller gets the end."""
        try:
            yield
        except ProviderError:
            if not self._outcome:
                raise
            self._end(now)

    def _tick(self, now: float) -> None:
        session, floor = self._session, self._session.floor
        if session.opens_by is not None and now >= session.opens_by:
            raise self._fail(Fault.SLOW, "")
        if self._out.held_until is not None and now >= self._out.held_until:
            self._out.release()
        if self._ends_by is not None and now >= self._ends_by:
            self._end(now)
        if floor.due_at is not None and now >= floor.due_at:
            floor.due_at = None
            raise SessionOver if session.corrected else self._fail(Fault.SLOW, "")
        if self.ready and now >= session.renew_at and self._is_quiet:
            raise SessionOver(planned=True)

    def interrupt(self, *heard_ms: int) -> None:
        """The caller cut in after so much of the latest turns."""
        self.speaking.interrupt(heard_ms)

    def answer_tool(self, call_id: str, result: str, now: float) -> None:
        """The result of a call; the agent goes on once the last one is there."""
        if call_id in self._memory.awaited and not self._outcome:
            self._answer(call_id, result)
            if not self._memory.awaited:
                self._want(PLAIN, now)

    # --- the agent ----------------------------------------------------------------------------------------------------

    def result_taken(self, call_id: str) -> None:
        """The server has the result of a call among its items."""
        self._session.floor.unconfirmed.discard(call_id)

    def done(self, response: Done, now: float) -> None:
        """The server is done with a response, whatever became of it."""
        is_news, turn = self._session.floor.finished(response.response_id, now)
        if not is_news:
            return
        self._out.put(*self._meter.told(response.usage))
        if turn is not None:
            for asked in response.asked:
                turn.ask(asked)
            self.speaking.give_words(turn, now)
            self._is_done(turn, response.status, response.code, now)
        self._ask(now)

    def _is_done(self, turn: Turn, status: str, code: str, now: float) -> None:
        whole = status not in ("cancelled", "incomplete", "failed")
        if self._outcome:
            if turn.has_sound or turn.params is GOODBYE:
                self._end(now)
        elif status == "cancelled" and (turn.was_cut or turn.overheard):
            return  # it is the caller's turn
        elif status == "failed" or not (turn.has_sound or (turn.asked and whole)):
            self._failed(turn, code, now)
        else:
            self._failures, self.turns_made = 0, self.turns_made + 1
            if turn.asked and whole:
                self._take_calls(turn, now)
            else:
                self._refusals = 0

    def _take_calls(self, turn: Turn, now: float) -> None:
        for asked in turn.asked.values():
            self._memory.add(Call(asked.call_id, asked.name, asked.arguments))
        decided = decide(self._brief, turn)
        self._refusals = self._refusals + decided.refused if decided.refused else 0
        if self._refusals >= MOST_REFUSALS:
            raise self._fail(Fault.BROKE, "functions called wrongly")
        if decided.outcome:
            self._outcome, self._ends_by = decided.outcome, now + ENDS_WITHIN
        for call_id, answer in decided.answers:
            self._answer(call_id, answer)
        for tool in decided.tools:
            self._out.put_in_order(tool)
        if decided.then is not None:
            self._want(decided.then, now)
        elif decided.outcome:
            self._end(now)
        elif decided.chose_silence:
            self._out.put_after_words(AgentSaid(text=""), now)  # nobody need wait for more

    def _end(self, now: float) -> None:
        if not self.ended:
            floor, self._ends_by = self._session.floor, None
            floor.due_at = None
            if floor.active is not None:
                self.speaking.give_words(floor.active, now)
            self._out.end(self._outcome, now)

    # --- what is asked for --------------------------------------------------------------------------------------------

    def _want(self, params: Json, now: float) -> None:
        if self.ready:
            self._session.floor.want(params)
            self._ask(now)
        else:
            self._owed = self._owed or params

    def _ask(self, now: float) -> None:
        if not self.ended:
            self._session.ask(now)

    def _answer(self, call_id: str, result: str) -> None:
        self._memory.answer(call_id, result)
        if self.ready:
            self._session.give_result(call_id, result)

    def _failed(self, turn: Turn, code: str, now: float) -> None:
        """A failed response is silence for the caller. It is asked for once more; then the engine has failed."""
        self._failures += 1
        if self._outcome or code in FATAL or self._failures > MOST_FAILURES:
            raise self._fail(fault_of(code), code)
        self._want(owed.once_more(self._brief, turn), now)

    # --- what goes wrong ----------------------------------------------------------------------------------------------

    def error(self, code: str, event_id: str, now: float) -> None:
        """An `error` event; `event_id` names the event of ours that it is about, when it is about one."""
        if code in FATAL or fault_of(code) is Fault.BUSY:
            raise self._fail(fault_of(code), code)
        if code == "session_expired":
            raise SessionOver
        if event_id.startswith("update-"):
            raise self._fail(Fault.REFUSED, code)
        self.note(f"error {code[:60]}")
        params = self._session.floor.wish_refused(event_id)
        if params is None:
            return  # of something that was too late: the conversation goes on
        if code == ANOTHER_RUNS:
            self._session.floor.wish_too_early(params)
        else:
            self._failed(Turn("", params), code, now)

    def note(self, what: str) -> None:
        """Something that needs no answer. Logged once of each kind, and never with what it holds."""
        what = what if what in self.oddities or len(self.oddities) < MOST_ODDITIES else "others"
        self.oddities[what] += 1
        if self.oddities[what] == 1:
            log.info("OpenAI Realtime sent something odd: %r.", what)
