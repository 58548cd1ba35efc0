"""Everything the caller hears on one stream: prompts and the agent's speech, in order, cut short when need be.

Plain functions only: a clock gives time and timers, `send` takes frames. No Django, no channels.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Protocol

from streams.audio.mulaw import BYTES_A_MS
from streams.audio.playout import BYTES_PER_SECOND, Playout
from streams.carriers.carrier import Codec
from streams.recorder import Recorder

ACKNOWLEDGE_WITHIN = 2.0  # seconds after its end that a checkpoint may be late before it is taken as reached
GAP = b"\xff" * 800  # 100 ms of mu-law silence between two texts


class Timer(Protocol):
    """A timer that can be called off; `asyncio.TimerHandle` is one."""

    def cancel(self) -> None: ...


class Clock(Protocol):
    """Time and timers; the running event loop is one, and tests have a virtual one."""

    def time(self) -> float: ...

    def call_later(self, delay: float, callback: Callable[..., Any], *args: Any) -> Timer: ...


@dataclass
class Spoken:
    """One thing being said: queued, being played, or waiting for the carrier's word that it was heard.

    `heard` is called once, when it was heard to its end; `confirmed` is False when the carrier never said so. Speech
    may cut it short where `barge_in` is True, once `protected` seconds of it were played.
    """

    name: str
    barge_in: bool
    heard: Callable[[bool], None]
    protected: float = 0.0
    begins_at: float = 0.0
    bytes: int = 0
    closed: bool = False
    late: Timer | None = None

    def is_heard_for(self, milliseconds: int, now: float) -> bool:
        """Whether so much of it, or all of it where it is shorter, has reached the caller's ear."""
        return self.heard_ms(now) >= min(milliseconds, self.bytes // BYTES_A_MS)

    def heard_ms(self, now: float) -> int:
        """How many milliseconds of it have reached the caller's ear by `now`."""
        return max(0, min(round((now - self.begins_at) * 1000), self.bytes // BYTES_A_MS))


class Speaker:
    """Says one thing after the other on one stream."""

    def __init__(self, *, send: Callable[[str], None], codec: Codec, clock: Clock) -> None:
        self._send, self._codec, self._clock = send, codec, clock
        self._playout = Playout()
        self._saying: deque[Spoken] = deque()
        self._timer: Timer | None = None
        self._count = 0
        self._quiet_since = clock.time()
        self.sent_bytes = 0
        self.recorder: Recorder | None = None
        self.overheard_by: Callable[[bytes], None] | None = None  # gets what is sent; b"" when the line was silenced

    @property
    def is_speaking(self) -> bool:
        """True while something is queued, playing, or not yet known to be heard."""
        return bool(self._saying)

    @property
    def may_barge_in(self) -> bool:
        """True when the caller's speech may cut short what is being said now."""
        return bool(self._saying) and not self.protected_seconds

    @property
    def protected_seconds(self) -> float:
        """For how long speech may not cut short what is being said now; endless when it may not at all.

        The first moments of what is still queued protect nothing: they are not what the caller hears.
        """
        if not all(spoken.barge_in for spoken in self._saying):
            return inf
        now = self._clock.time()
        until = (spoken.begins_at + spoken.protected for spoken in self._saying if spoken.begins_at <= now)
        return max(0.0, max(until, default=now) - now)

    @property
    def lead_seconds(self) -> float:
        """How long what was given so far still lasts."""
        now = self._clock.time()
        return self._playout.ends_at(now) - now

    @property
    def quiet_seconds(self) -> float:
        """How long the line has been silent; 0 while anything sounds."""
        now = self._clock.time()
        return max(0.0, now - max(self._quiet_since, self._playout.ends_at(0.0)))

    def say(
        self, clips: Sequence[bytes], *, barge_in: bool, heard: Callable[[bool], None], protected: float = 0.0
    ) -> Spoken:
        """Say these clips, whole, after everything else."""
        spoken = self.begin(barge_in=barge_in, heard=heard, protected=protected)
        self.add(spoken, GAP.join(clips))
        self.close(spoken)
        return spoken

    def begin(self, *, barge_in: bool, heard: Callable[[bool], None], protected: float = 0.0) -> Spoken:
        """Begin something whose audio comes in pieces; end it with `close`."""
        self._count += 1
        spoken = Spoken(name=f"said-{self._count}", barge_in=barge_in, heard=heard, protected=protected)
        spoken.begins_at = self._playout.ends_at(self._clock.time())
        self._saying.append(spoken)
        return spoken

    def add(self, spoken: Spoken, audio: bytes) -> None:
        """A further piece of what was begun. Ignored once it was stopped."""
        if spoken not in self._saying:
            return
        now, ended_at = self._clock.time(), self._playout.ends_at(0.0)
        if not spoken.bytes:
            spoken.begins_at = max(now, ended_at)
        if ended_at <= now:
            self._quiet_since = max(self._quiet_since, ended_at)
        spoken.bytes += len(audio)
        self._playout.push(audio)
        self._pump()

    def close(self, spoken: Spoken) -> None:
        """No more audio follows; ask the carrier to say when it was heard."""
        if spoken not in self._saying or spoken.closed:
            return
        spoken.closed = True
        self._playout.push_mark(spoken.name)
        self._pump()
        now = self._clock.time()
        wait = self._playout.ends_at(now) - now + ACKNOWLEDGE_WITHIN
        spoken.late = self._clock.call_later(wait, self._finish, spoken.name, False)

    def mark_reached(self, name: str) -> None:
        """The carrier played everything up to the checkpoint `name`. Names of things stopped earlier are ignored."""
        self._finish(name, True)

    def stop(self) -> list[tuple[Spoken, int]]:
        """Silence the line now. Returns what was cut short with the milliseconds heard of each."""
        if not self._saying:
            return []
        now = self._clock.time()
        cut = [(spoken, spoken.heard_ms(now)) for spoken in self._saying]
        if any(heard_ms for _, heard_ms in cut):  # what was cut before it could be heard broke no silence
            self._quiet_since = max(self._quiet_since, min(now, self._playout.ends_at(0.0)))
        self._forget()
        self._send(self._codec.clear())
        if self.overheard_by is not None:
            self.overheard_by(b"")
        if self.recorder is not None:
            self.recorder.cut(now)
        return cut

    def shut(self) -> None:
        """The stream is over: forget everything, and leave no timer behind."""
        self._forget()

    def _forget(self) -> None:
        for spoken in self._saying:
            if spoken.late:
                spoken.late.cancel()
        self._saying.clear()
        self._playout.clear()
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _finish(self, name: str, confirmed: bool) -> None:
        """Reaching a checkpoint means that everything before it was heard, too."""
        if all(spoken.name != name for spoken in self._saying):
            return
        while self._saying:
            spoken = self._saying.popleft()
            if spoken.late:
                spoken.late.cancel()
            spoken.heard(confirmed)
            if spoken.name == name:
                break

    def _pump(self) -> None:
        """Send what is due, and come back when more is."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        now = self._clock.time()
        due = self._playout.take(now)
        if self.recorder is not None:
            self._record(due, now)
        for piece in due:
            if isinstance(piece, str):
                self._send(self._codec.mark(piece))
            else:
                self.sent_bytes += len(piece)
                self._send(self._codec.play(piece))
                if self.overheard_by is not None:
                    self.overheard_by(piece)
        wait = self._playout.next_in(now)
        if wait is not None:
            self._timer = self._clock.call_later(wait, self._pump)

    def _record(self, due: list[bytes | str], now: float) -> None:
        """What is sent now is heard one piece after the other, until the carrier has no more."""
        audio = b"".join(piece for piece in due if isinstance(piece, bytes))
        if audio and self.recorder is not None:
            self.recorder.line(audio, self._playout.runs_dry_at - len(audio) / BYTES_PER_SECOND, now)
