"""Everything that was observed on one call, as the carrier and the caller saw it. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from streams.audio import mulaw
from streams.phone.book import Leg, Streamed

Json = dict[str, Any]


@dataclass(frozen=True)
class Moment:
    """Something worth showing. `at` is seconds since dialling.

    Kinds: dials, answered, hears, hears_part, presses, says, person_says, document, verb, post, stream, far_end,
    violation, remark, ends.
    """

    at: float
    kind: str
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Post:
    """One request to the site. `status` is 0 when nothing answered, and then `error` says why."""

    at: float
    url: str
    method: str
    form: Mapping[str, str]
    status: int = 0
    body: str = ""
    error: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Violation:
    """Something the site sent that the carrier would not take. `kind` is the carrier's own word where it has one."""

    at: float
    kind: str
    detail: str


class Track:
    """One side of the conversation as mu-law, silence where nothing was written."""

    def __init__(self) -> None:
        self.audio = bytearray()

    def put(self, at: float, audio: bytes) -> None:
        """Write audio at a moment; what is there already stays."""
        missing = round(at * mulaw.RATE) - len(self.audio)
        self.audio += mulaw.SILENCE * max(missing, 0) + audio


@dataclass
class Timings:
    """How the line felt to the caller, in seconds of the call.

    `first_sound`: from the answer. `longest_wait`: silence while it was the line's turn, that is after the answer and
    after everything the caller pressed or said. `longest_gap`: silence in the middle of something being said.
    `longest_silence`: nothing to be heard while the caller waited (`silence.py`), until `silence_ended_at` (dialling).
    """

    first_sound: float | None = None
    longest_wait: float = 0.0
    longest_gap: float = 0.0
    longest_silence: float = 0.0
    silence_ended_at: float = 0.0


OnEvent = Callable[[Moment], None]


def ignore(moment: Moment) -> None:
    """For calls that nobody watches."""


@dataclass
class Record:
    """One call. `ending` is how it ended in the caller's words; `failure` which line of a script was not met."""

    call_uuid: str
    number: str
    caller: str
    ending: str = ""
    failure: str = ""
    hangup_code: int = 0
    answered_at: float | None = None
    ended_at: float | None = None
    heard: list[str] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    sent: list[Json] = field(default_factory=list)
    received: list[Json] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    stream_ids: list[str] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    streamed: list[Streamed] = field(default_factory=list)
    upgrades: list[Mapping[str, str]] = field(default_factory=list)
    timings: Timings = field(default_factory=Timings)
    caller_track: Track = field(default_factory=Track)
    line_track: Track = field(default_factory=Track)
    on_event: OnEvent = field(default=ignore, repr=False)

    def note(self, moment: Moment) -> None:
        """Keep a moment, and show it to whoever watches."""
        self.moments.append(moment)
        self.on_event(moment)

    def violation(self, at: float, kind: str, detail: str) -> None:
        """Keep what the carrier would not have taken."""
        self.violations.append(Violation(at, kind, detail))
        self.note(Moment(at, "violation", f"{kind}: {detail}"))

    @property
    def seconds(self) -> float:
        """How long the call was answered."""
        if self.answered_at is None or self.ended_at is None:
            return 0.0
        return self.ended_at - self.answered_at

    def events(self, name: str) -> list[Json]:
        """The frames of one kind that were sent to the site, in order."""
        return [frame for frame in self.sent if frame["event"] == name]
