"""What the agent says: a response as it comes in, what is given out of it, what was heard of it after a cut. Pure.

None of this ever raises.
"""

from collections.abc import Sequence

from streams.ai.provider import AgentAudio, AgentSaid
from streams.ai.realtime.frames import AudioDelta
from streams.ai.realtime.memory import Line, Memory
from streams.ai.realtime.sayings import Sayings
from streams.ai.realtime.session import Session
from streams.ai.realtime.turn import Asked, Turn


class Speaking:
    """The agent's turns, one after the other."""

    def __init__(self, session: Session, out: Sayings, memory: Memory, *, bytes_a_ms: int) -> None:
        self._session, self._out, self._memory, self._bytes_a_ms = session, out, memory, bytes_a_ms
        self._sounded: list[Turn] = []  # those with sound, in order

    def turn(self, response_id: str, now: float) -> Turn | None:
        """The turn of this response, begun when need be: not every server announces one. None when it is over."""
        floor = self._session.floor
        if floor.is_over(response_id) or self._out.ended:
            return None
        if response_id and not floor.runs(response_id):
            given_up = floor.give_up()
            if given_up is not None:
                self.give_words(given_up, now)
            floor.began(response_id, now)
        return floor.active

    def sound(self, delta: AudioDelta, now: float) -> None:
        """A piece of the agent's speech: the way that must be short."""
        turn = self._session.floor.active
        if turn is None or turn.response_id != delta.response_id:
            turn = self.turn(delta.response_id, now)
        if turn is None or turn.heard_ms is not None or self._out.ended or not delta.delta:
            return  # late, or cut
        if turn.line is None:
            self._begin(turn)
        turn.add_sound(delta.item_id, delta.content_index, len(delta.delta))
        self._session.floor.is_due(now)
        self._out.queue.append(AgentAudio(audio=delta.delta))

    def _begin(self, turn: Turn) -> None:
        self._out.release()
        turn.line = Line("agent")
        self._memory.add(turn.line)
        self._sounded.append(turn)
        self._session.corrected = False

    def words(self, response_id: str, item_id: str, more: str, whole: str, now: float) -> None:
        """The words of a piece of speech: some `more` of them, or the `whole`."""
        turn = self.turn(response_id, now)
        if turn is not None and not turn.was_cut:
            piece = turn.piece(item_id)
            piece.words = whole or piece.words + more
            if turn.has_sound:
                self._session.floor.is_due(now)

    def asked(self, response_id: str, asked: Asked, now: float) -> None:
        """A function call, as far as it has come."""
        turn = self.turn(response_id, now)
        if turn is not None and asked.call_id:  # without one, nothing could be answered to it
            turn.ask(asked)
            self._session.floor.is_due(now)

    def give_words(self, turn: Turn, now: float) -> None:
        """Nothing more of this turn is to come: give out what was said, when it was said at all."""
        if turn.line is not None and turn.saying is None:
            turn.line.words = turn.words(self._bytes_a_ms)
            turn.saying = AgentSaid(text=turn.line.words)
            self._out.put_after_words(turn.saying, now)

    def interrupt(self, heard_ms: Sequence[int]) -> None:
        """The caller cut in after so much of the latest turns: keep what was heard of each, and tell the server."""
        cut = list(zip(reversed(self._sounded), reversed(heard_ms), strict=False))
        for turn, heard in reversed(cut):
            if turn.line is not None and not turn.was_cut:
                turn.heard_ms = max(0, int(heard))
                turn.line.words = turn.words(self._bytes_a_ms)
                self._out.cut(turn, AgentSaid(text=turn.line.words))
                self._session.cut(turn, self._bytes_a_ms)

    def forget(self) -> None:
        """The session is gone, and what the server knew of its turns."""
        for turn in self._sounded:
            turn.is_forgotten = True
