"""What a price is for: its kind as it is stored (`stream`, `ai:MODEL:UNIT`), and as people read it. Pure."""

from dataclasses import dataclass

STREAM = "stream"
AI = "ai"
MINUTE = "minute"

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


@dataclass(frozen=True, slots=True)
class Kind:
    """`model` is "" for the line's own stream; it may itself hold colons."""

    model: str
    unit: str

    @property
    def stored(self) -> str:
        return f"{AI}:{self.model}:{self.unit}" if self.model else STREAM

    @property
    def title(self) -> str:
        """Whose price it is."""
        return self.model or STREAM_IN_WORDS

    @property
    def counted(self) -> str:
        """What is counted."""
        return UNITS.get(self.unit, self.unit.replace("_", " ")) if self.model else "minutes"

    @property
    def one(self) -> str:
        """One of what is counted."""
        return self.counted.replace("s ", " ", 1).removesuffix("s")


def kind_of(stored: str) -> Kind:
    """A stored kind, read. What does not have the form of either is taken for a model without a unit."""
    if stored == STREAM:
        return Kind("", MINUTE)
    model, _, unit = stored.removeprefix(f"{AI}:").rpartition(":")
    return Kind(model or unit, unit if model else "")
