"""What a session is given: a brief about the call, engines to speak and listen with, and a host that owns the socket.

No Django, no channels, no database.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from typing import Any, Protocol

from flows.engine.events import Event, value
from flows.engine.machine import Flow
from flows.engine.step import State
from flows.engine.usual_texts import usual
from streams.ai.provider import Agent, Fault, Synthesizer, Transcriber, Understander
from streams.opt_out import Opening
from streams.recorder import Piece


class Engines(Protocol):
    """Where the session gets its speech and AI engines; "" is the site's usual one."""

    def transcriber(self, name: str = "") -> Transcriber: ...

    def voice_of(self, chosen: str) -> tuple[Synthesizer, str]: ...

    def agent(self, name: str = "") -> Agent: ...

    def agent_ladder(self, name: str = "") -> Sequence[str]:
        """The assistants to ask one after the other, the chosen one first; those known to be down are left out."""
        ...

    def report(self, engine: str, fault: Fault | None) -> None:
        """This engine failed, or did its work (None): who fails again and again is left alone for a while."""
        ...

    def understander(self, name: str = "") -> Understander | None: ...


@value
class Announced:
    """What is to be heard before anything else: mu-law of these texts, and `then`: go_on, transfer (to `destination`)
    or hang_up. Without a sound `why` says what is missing."""

    texts: tuple[str, ...]
    clips: tuple[bytes, ...]
    then: str = "go_on"
    destination: str = ""
    why: str = ""


@value
class Brief:
    """What a session must know before it starts, all of it in memory.

    `state` is where the flow stands, `first` the event it begins with, `at` the seconds since the call was answered.
    `prompts` holds mu-law by text, `further` the same for each further language of the flow, `prices` dollars for one
    unit of what an agent uses, by `ai:MODEL:UNIT`. `max_seconds` bounds the whole call. `is_watched`: somebody looks on
    as it goes, so the log also tells what the line waits for. `keep_recording` takes pieces of a recording, at once;
    None where the flow records nothing. `notice` is what came of the notice on an earlier stream, as in
    `streams.notice`. `opening` is what is said first to whom the line calls; None on calls that came in.
    `without_agents`: somebody switched the flow’s AI steps off.
    """

    flow: Flow
    state: State
    first: Event
    prompts: Mapping[str, bytes]
    prices: Mapping[str, Decimal] = field(default_factory=dict)
    at: float = 0.0
    max_seconds: float = 3300.0
    is_watched: bool = False
    further: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    keep_recording: Callable[[Piece], None] | None = None
    notice: str = ""
    opening: Opening | None = None
    without_agents: bool = False
    announcement: Announced | None = None

    def sound(self, text: str, language: str = "") -> bytes:
        """A rendered text in this language, or else in the flow's own; b"" when there is none."""
        return self.further.get(language, {}).get(text) or self.prompts.get(text, b"")

    def house_sound(self, text: str, language: str = "") -> bytes:
        """The same for one of the house's own texts, which are written in English."""
        return self.sound(usual(text, language), language) or self.prompts.get(text, b"")


class Host(Protocol):
    """Who owns the socket and the records. All of it plain functions that return at once."""

    def send(self, frame: str) -> None:
        """Put one text frame on the socket."""

    def log(self, *, at: float, kind: str, step: str, data: Mapping[str, Any]) -> None:
        """Keep one line of the call's log."""

    def entered(self, state: Mapping[str, Any]) -> None:
        """Keep the engine's state: from here a dropped call goes on."""

    def order(self, kind: str, **what: Any) -> None:
        """Have something done that outlives the call: a `note`, a `text` message, a `callback`, or an `opt_out`."""

    async def will_be_sent(self, name: str) -> bool:
        """Whether the text message of this name, ordered before, may be sent; False when nobody knows in time."""

    async def is_noted(self, step: str) -> bool:
        """Whether the wish of this step to be called back, ordered before, is kept; False when nobody knows in time."""

    async def look_up(self, lookup: str, fields: Mapping[str, str]) -> Mapping[str, str] | None:
        """What the lookup with this key finds, in a few seconds; None when it cannot be found out."""

    def leave(self, state: Mapping[str, Any], pending: Mapping[str, Any]) -> None:
        """Keep what the carrier must do next, then close the socket."""
