"""Where flows are joined to the rest of the site, which they must not import: each function is found by a setting.

Here, and nowhere else in flows, is what the other side promises; the settings are named in `ivrsite/settings.py`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
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
    """A call that took place. `events` are the lines of its log that matter for a replay: at, kind, step, data."""

    began: datetime
    version_pk: int
    url: str
    events: Sequence[tuple[float, str, str, Any]]


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


def past_calls(flow_pk: int, since: datetime, most: int) -> list[PastCall]:
    """The latest calls on a flow that began since then and are over, at most so many."""
    calls: list[PastCall] = _found("CALL_EVENTS")(flow_pk, since, most)
    return calls


def _found(setting: str) -> Any:
    return import_string(getattr(settings, setting))
