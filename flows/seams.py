"""Where flows are joined to the rest of the site, which they must not import: each function is found by a setting.

Here, and nowhere else in flows, is what the other side promises; the settings are named in `ivrsite/settings.py`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from flows.models import Lookup

Used = Mapping[str, Any]  # engine, model, unit, quantity
Offered = list[tuple[str, str]]  # names that are stored, and titles that people read


@dataclass(frozen=True)
class Rendered:
    """One text that is ready to play. `used` is what making it used; `is_new` is false when it was there already."""

    text: str
    used: tuple[Used, ...] = ()
    is_new: bool = True


@dataclass(frozen=True)
class Tried:
    """What came of trying a lookup: what it read, what went wrong ("" when nothing did), and the whole answer."""

    found: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    answer: Any = None


@dataclass(frozen=True)
class PastCall:
    """A call that took place. `events` are the lines of its log that matter for a replay: at, kind, step, data.

    A test call from the browser was no version's: `rehearsed` is the flow that it was made to.
    """

    began: datetime
    version_pk: int
    url: str
    events: Sequence[tuple[float, str, str, Any]]
    pk: int = 0
    rehearsed: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Traffic:
    """How callers went through a flow: by step, and by (step, outcome) for its exits. Each caller counts once."""

    calls: int
    came: Mapping[str, int]
    left: Mapping[tuple[str, str], int]
    hung_up: Mapping[str, int]


@dataclass(frozen=True)
class Spent:
    """What one call cost, in US dollars, and where; the step "" stands for what came after the call.

    `billed` are the seconds of each of its audio streams, `called` those of the call itself, as far as it is paid for.
    By step: `seconds` on these streams, how often the caller
    came, and the cost of the `line` and of the `engines`.
    """

    call_pk: int
    total: Decimal
    billed: tuple[int, ...]
    seconds: Mapping[str, float]
    visits: Mapping[str, int]
    line: Mapping[str, Decimal]
    engines: Mapping[str, Decimal]
    called: int = 0

    def at(self, step: str) -> Decimal:
        """What it cost at this step."""
        return self.line.get(step, Decimal(0)) + self.engines.get(step, Decimal(0))

    @property
    def adds_up(self) -> bool:
        """True as long as its parts are its cost."""
        return sum((self.at(step) for step in {*self.line, *self.engines}), Decimal(0)) == self.total


@dataclass(frozen=True)
class Came:
    """The calls that a version answered until now, and what they cost together, in US dollars."""

    calls: int
    cost: Decimal

    @property
    def mean(self) -> Decimal:
        """What one of them cost."""
        return self.cost / self.calls if self.calls else Decimal(0)


def voices() -> Offered:
    """The voices that prompts can be rendered with."""
    offered: Offered = _found("VOICES")()
    return offered


def engines(ability: str) -> Offered:
    """The engines on offer for an ability: transcriber, agent or voice."""
    offered: Offered = _found("ENGINES")(ability)
    return offered


def house_texts() -> Iterable[str]:
    """What every line can say, whatever its flow."""
    texts: Iterable[str] = _found("HOUSE_TEXTS")
    return texts


def digests(texts: Iterable[str], *, voice: str, language: str) -> dict[str, str]:
    """What the sound of each text is found by, in this voice; whether it was made or not."""
    found: dict[str, str] = _found("PROMPT_DIGESTS")(texts, voice=voice, language=language)
    return found


def render(texts: Iterable[str], *, voice: str, language: str) -> Iterator[Rendered]:
    """Make the sound of these texts, one after the other and in this order, each stored before it is yielded.

    Raises whatever the voice raises: then the text that follows the last one yielded could not be made.
    """
    yield from _found("PROMPT_RENDERER")(texts, voice=voice, language=language)


def read_recording(content: bytes) -> bytes:
    """An uploaded sound file as telephone audio: checked, trimmed and brought to the usual level.

    Raises `sound.Unusable`, whatever the file holds.
    """
    read: bytes = _found("RECORDING_READER")(content)
    return read


def ring_for(publication_pk: int) -> None:
    """Have a worker called, to carry on with this publication once what was stored is there."""
    _found("PUBLICATION_RINGER")(publication_pk)


def try_lookup(lookup: Lookup, sample: Mapping[str, str]) -> Tried:
    """Ask a lookup with sample values."""
    tried: Tried = _found("LOOKUP_TRIAL")(lookup, sample)
    return tried


def past_calls(flow_pk: int, since: datetime, most: int, *, rehearsals: bool = False) -> list[PastCall]:
    """The latest calls on a flow that began since then and are over, at most so many; test calls where asked for."""
    calls: list[PastCall] = _found("CALL_EVENTS")(flow_pk, since, most, rehearsals)
    return calls


def traffic(flow_pk: int, since: datetime) -> Traffic:
    """How the callers since then went through a flow. Test calls do not count."""
    found: Traffic = _found("CALL_TRAFFIC")(flow_pk, since)
    return found


def spent(flow_pk: int, since: datetime, most: int) -> list[Spent]:
    """What the latest calls since then cost, at most so many; the newest first. Test calls do not count."""
    found: list[Spent] = _found("CALL_COSTS")(flow_pk, since, most)
    return found


def came(version_pk: int) -> Came:
    """What the calls of a version cost until now. Test calls do not count."""
    found: Came = _found("VERSION_COSTS")(version_pk)
    return found


def stream_price() -> Callable[[float], Decimal]:
    """What a line's audio stream of so many seconds costs by today's price, in US dollars."""
    price: Callable[[float], Decimal] = _found("STREAM_PRICE")()
    return price


def call_price(flow_pk: int) -> Callable[[float], Decimal]:
    """What the carrier takes for a call of so many seconds to this flow's number by today's price, in US dollars."""
    price: Callable[[float], Decimal] = _found("CALL_PRICE")(flow_pk)
    return price


def switched(flow_pk: int) -> list[str]:
    """What somebody switched for the live calls of a flow in an emergency, in a few words each."""
    words: list[str] = _found("FLOW_SWITCHED")(flow_pk)
    return words


def _found(setting: str) -> Any:
    return import_string(getattr(settings, setting))
