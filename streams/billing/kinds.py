"""What a price is for: its kind as it is stored (`stream`, `leg:DIRECTION:DIGITS`, `ai:MODEL:UNIT`), and as people read
it. Pure."""

from dataclasses import dataclass

STREAM = "stream"
LEG = "leg"
AI = "ai"
MINUTE = "minute"
INBOUND, OUTBOUND = "inbound", "outbound"

UNITS = {  # what is counted, as people read it
    "text_in": "text tokens read",
    "text_cached": "text tokens read again",
    "text_out": "text tokens written",
    "audio_in": "audio tokens heard",
    "audio_cached": "audio tokens heard again",
    "audio_out": "audio tokens spoken",
    "seconds": "seconds heard",
    "characters": "characters spoken",
}
STREAM_IN_WORDS = "The line’s audio stream"
LEGS_IN_WORDS = {INBOUND: "Calls to our numbers", OUTBOUND: "Calls out, transfers and call-backs"}


@dataclass(frozen=True, slots=True)
class Kind:
    """`model` is "" for what the carrier takes: its stream, or, with a `direction`, a leg. A model may hold colons.

    `prefix` is the first digits of the numbers that the price of a leg is for; "" for all that have no other.
    """

    model: str
    unit: str
    direction: str = ""
    prefix: str = ""

    @property
    def stored(self) -> str:
        if self.direction:
            return f"{LEG}:{self.direction}:{self.prefix}"
        return f"{AI}:{self.model}:{self.unit}" if self.model else STREAM

    @property
    def title(self) -> str:
        """Whose price it is."""
        if self.direction:
            which = f"+{self.prefix}…" if self.prefix else "all other numbers"
            return f"{LEGS_IN_WORDS.get(self.direction, self.direction)}: {which}"
        return self.model or STREAM_IN_WORDS

    @property
    def counted(self) -> str:
        """What is counted."""
        return UNITS.get(self.unit, self.unit.replace("_", " ")) if self.model else "minutes"

    @property
    def one(self) -> str:
        """One of what is counted."""
        return self.counted.replace("s ", " ", 1).removesuffix("s")


def leg_kind(direction: str, prefix: str) -> Kind:
    """The kind of a price of the carrier's minutes."""
    return Kind("", MINUTE, direction, prefix)


def kind_of(stored: str) -> Kind:
    """A stored kind, read. What does not have the form of any is taken for a model without a unit."""
    if stored == STREAM:
        return Kind("", MINUTE)
    if stored.startswith(f"{LEG}:"):
        _, direction, prefix = (*stored.split(":", 2), "")[:3]
        return leg_kind(direction, prefix)
    model, _, unit = stored.removeprefix(f"{AI}:").rpartition(":")
    return Kind(model or unit, unit if model else "")


def is_of_minutes(stored: str) -> bool:
    """Whether its time is rounded: the carrier's prices, as against those of models."""
    return stored == STREAM or stored.startswith(f"{LEG}:")
