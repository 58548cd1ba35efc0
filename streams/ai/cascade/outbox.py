"""What a conversation has to tell the line, in order. What the line took cannot be taken back."""

from collections import deque
from collections.abc import AsyncIterator

from flows.engine.values import value
from streams.ai.cascade.spoken import Spoken
from streams.ai.provider import AgentAudio, AgentSaid, ProviderError, Saying, Used
from streams.ai.tellings import Tellings


@value
class OfTurn:
    """Sound or words, and the turn of the agent that they belong to."""

    saying: AgentAudio | AgentSaid
    spoken: Spoken


class Outbox:
    """What was put and not taken yet, and the turns of which the line took audio."""

    def __init__(self) -> None:
        self._told = Tellings[Saying | OfTurn]()
        self._taken: list[Spoken] = []

    def put(self, saying: Saying, spoken: Spoken | None = None) -> None:
        """The next thing; of the turn `spoken` when it is said by the agent."""
        if spoken is not None and isinstance(saying, AgentAudio | AgentSaid):
            self._told.put(OfTurn(saying=saying, spoken=spoken))
        else:
            self._told.put(saying)

    def cut(self, *heard_ms: int) -> bool:
        """The caller cut in after so much of the turns taken last: words become those that were heard.

        Audio that was not taken is dropped. Returns whether a turn came out shorter by it.
        """
        heard = list(zip(reversed(self._taken), reversed(heard_ms), strict=False))
        before = [turn.was_cut for turn, _ in heard]
        for turn, milliseconds in heard:
            turn.cut(milliseconds)
        kept: deque[Saying | OfTurn] = deque()
        for told in self._told.waiting:
            if not isinstance(told, OfTurn):
                kept.append(told)
            elif isinstance(told.saying, AgentAudio):
                continue
            elif told.spoken in self._taken:
                kept.append(OfTurn(saying=AgentSaid(text=told.spoken.text), spoken=told.spoken))
            else:
                told.spoken.cut(0)
        self._told.waiting = kept
        return before != [turn.was_cut for turn, _ in heard]

    def stop(self, turn: Spoken) -> None:
        """This turn says no more. What was taken of it counts as heard, unless it was cut before."""
        self._told.waiting = deque(
            told
            for told in self._told.waiting
            if not (isinstance(told, OfTurn) and told.spoken is turn and isinstance(told.saying, AgentAudio))
        )
        was_taken = turn in self._taken
        turn.cut(turn.ms if was_taken else 0)
        if was_taken:
            self.put(AgentSaid(text=turn.text), turn)

    def fail(self, error: ProviderError) -> None:
        """Nothing follows; once all was taken the error is raised."""
        self._told.fail(error)

    def close(self) -> None:
        """Nobody takes anything any more."""
        self._told.close()

    def owing(self) -> tuple[Used, ...]:
        """What was used and not taken; once."""
        return self._told.owing()

    async def __aiter__(self) -> AsyncIterator[Saying]:
        async for told in self._told:
            if isinstance(told, OfTurn):
                if isinstance(told.saying, AgentAudio) and told.spoken not in self._taken:
                    self._taken.append(told.spoken)
                yield told.saying
            else:
                yield told
