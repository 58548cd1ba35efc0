"""What a carrier says on the stream, in neutral words, and what a codec must offer. Pure.

A codec turns one text frame into one `CarrierMessage` and builds the frames that go out. It never raises on what the
carrier sends: a frame that cannot be used is `Unusable`, with the reason.
"""

from typing import Protocol

from flows.engine.events import value


@value
class StreamStarted:
    """The first message. `encoding` is as in `audio/x-mulaw`; `tracks` as the carrier names them."""

    call_uuid: str
    stream_id: str
    account_id: str = ""
    encoding: str = "audio/x-mulaw"
    sample_rate: int = 8000
    tracks: tuple[str, ...] = ("inbound",)


@value
class AudioReceived:
    """Some milliseconds of mu-law at 8 kHz; usually 160 bytes, but do not count on it."""

    audio: bytes
    track: str = "inbound"


@value
class KeyPressed:
    """One key of the caller."""

    digit: str


@value
class MarkReached:
    """Everything queued before this checkpoint was played to the caller."""

    name: str


@value
class QueueCleared:
    """The carrier dropped what was queued, as asked."""


@value
class StreamStopped:
    """The carrier says the stream is over. It may also just close the socket."""

    reason: str = ""


@value
class CarrierNotice:
    """Something the carrier reports that changes nothing (an error text, an event we do not know)."""

    name: str
    reason: str = ""


@value
class Unusable:
    """A frame that is malformed. Counted, ignored; too many close the socket.

    `ends_stream`: nothing that follows could be used either, such as audio in a format that was not asked for.
    """

    reason: str
    ends_stream: bool = False


CarrierMessage = (
    StreamStarted | AudioReceived | KeyPressed | MarkReached | QueueCleared | StreamStopped | CarrierNotice | Unusable
)


class Codec(Protocol):
    """One carrier's wire format. Made per stream; `stream_id` is known after `StreamStarted`."""

    stream_id: str

    def decode(self, text: str | bytes) -> CarrierMessage:
        """One frame. Never raises."""
        ...

    def play(self, audio: bytes) -> str:
        """The frame that queues mu-law audio; `audio` may be up to 12,000 bytes."""
        ...

    def mark(self, name: str) -> str:
        """The frame that asks for `MarkReached(name)` when the queue has played up to here."""
        ...

    def clear(self) -> str:
        """The frame that drops everything queued."""
        ...

    def send_keys(self, digits: str) -> str:
        """The frame that plays DTMF tones to the far end."""
        ...
