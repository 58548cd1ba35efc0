"""What a conversation gives out, in the order in which it was said. Pure.

The caller's words are written down beside the answer to them, and often come after it was made. What the agent said
waits for them a moment, so that a transcript reads as people spoke; sound waits for nothing.
"""

from collections import deque

from streams.ai.provider import AgentAudio, AgentEnded, AgentSaid, CallerSaid, Saying, Used
from streams.ai.realtime.memory import Line
from streams.ai.realtime.turn import Turn

WORDS_WITHIN = 0.7  # seconds that the agent's words wait for the caller's


class Sayings:
    """`queue` is what may be given out now; `held_until` is when what waits no longer does.

    `ended`: nothing follows.
    """

    def __init__(self) -> None:
        self.queue: deque[Saying] = deque()
        self.held_until: float | None = None
        self.ended = False
        self._held: deque[Saying] = deque()
        self._unwritten: dict[str, Line] = {}  # what the caller said, by item, that is not in words yet
        self._written: set[str] = set()

    @property
    def awaits_words(self) -> bool:
        """True while something that the caller said is not in words."""
        return bool(self._unwritten)

    def put(self, *sayings: Saying) -> None:
        """To be given out at once."""
        self.queue.extend(sayings)

    def put_in_order(self, saying: Saying) -> None:
        """To be given out after all that waits."""
        self.release()
        self.queue.append(saying)

    def put_after_words(self, saying: Saying, now: float) -> None:
        """To be given out after what the caller said before, when that comes within a moment."""
        if self._unwritten:
            self._held.append(saying)
            self.held_until = self.held_until or now + WORDS_WITHIN
        else:
            self.put_in_order(saying)

    def end(self, outcome: str, now: float) -> None:
        """Nothing more will be said."""
        self.ended = True
        self.put_after_words(AgentEnded(outcome=outcome), now)

    def release(self) -> None:
        """Wait no longer."""
        self.queue.extend(self._held)
        self._held.clear()
        self.held_until = None

    def await_words(self, item_id: str) -> Line | None:
        """The caller said something; its place in the memory. None when its words came already."""
        if item_id in self._written or item_id in self._unwritten:
            return None
        self._unwritten[item_id] = Line("caller")
        return self._unwritten[item_id]

    def has_words(self, item_id: str) -> bool:
        """True when the words of this item are there already."""
        return item_id in self._written

    def words(self, item_id: str, said: str) -> None:
        """These were the caller's words."""
        self._written.add(item_id)
        line = self._unwritten.pop(item_id, None)
        if line is not None:
            line.words = said
        self.queue.append(CallerSaid(text=said))
        if not self._unwritten:
            self.release()

    def no_more_words(self) -> None:
        """The session is gone, and the words with it: what is not written now will not be."""
        self.put(*(CallerSaid(text="") for _ in self._unwritten))
        self._unwritten.clear()
        self.release()

    def take_used(self) -> list[Used]:
        """What was used and not given out; it is not given out any more."""
        used = [saying for saying in self.queue if isinstance(saying, Used)]
        kept = [saying for saying in self.queue if not isinstance(saying, Used)]
        self.queue.clear()
        self.queue.extend(kept)
        return used

    def cut(self, turn: Turn, heard: AgentSaid) -> None:
        """The caller cut in: nothing of the turn is given out any more but the words that were heard, once."""
        for waiting in (self.queue, self._held):
            kept = [heard if saying is turn.saying else saying for saying in waiting]
            waiting.clear()
            waiting.extend(saying for saying in kept if not isinstance(saying, AgentAudio))
        if turn.saying is None:
            self.put_in_order(heard)
        turn.saying = heard
