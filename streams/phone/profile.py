"""How the carrier behaves, as data. Pure.

Much about the carrier is disputed between its own documents, or was only seen once. Every such thing is one field here:
its default is the most trusted source's word, its alternatives are what a site must survive as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Ending = Literal["close", "stop_stream", "hangup"]


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One way the carrier may behave. `Profile()` is the default; `replace` a field to test an alternative."""

    # The network. HOST:PORT that is dialled whatever the addresses say; what is signed stays the address.
    connects_to: str = ""

    # The webhooks.
    direction: Literal["inbound", "outbound"] = "inbound"
    answer_method: Literal["POST", "GET"] = "POST"
    answer_status: Literal["ringing", "in-progress"] = "ringing"
    plus_sign: bool = True  # numbers as +1415... or 1415...
    extra_fields: Mapping[str, str] = field(default_factory=dict)  # unknown form fields, on every webhook
    deliveries: int = 1  # how often each webhook is sent, as after an answer that got lost
    connect_seconds: float = 2.0
    document_seconds: float = 15.0  # how long an answer may take, whatever the read timeout says
    retries: int = 1  # on connect and read timeouts only
    hangup_on_answer_url: bool = True  # outbound calls whose application has no hang-up URL

    # Signatures. "sub-account": V3 is made with another token, Ma-V3 with the account's own.
    signatures: Literal["one", "two", "sub-account", "missing"] = "one"
    upgrade_scheme: Literal["http", "https", "wss"] = "http"  # the form of the stream's URL that is signed

    # Frames to the site.
    first_sequence_number: int = 1
    sequence_numbers: Literal["number", "text", "absent"] = "number"
    account_id: str = ""  # instead of the account's own, however odd
    channels: bool = False  # `channels` in the start's mediaFormat
    extra_headers: Literal["pairs", "{}", "json", "braces", "null", "absent"] = "pairs"
    chunks: Literal["number", "text"] = "number"
    timestamps: Literal["epoch", "relative"] = "epoch"
    short_last_frame: bool = False
    jitter_seconds: float = 0.0  # frames come in clumps this far apart
    gap_every: int = 0  # every so many frames, ten are lost
    default_content_type: str = "audio/x-l16;rate=8000"  # of a <Stream> that names none
    l16_order: Literal["little", "big"] = "little"

    # Playing what the site sends.
    buffer_seconds: float = 40.0
    on_overflow: Literal["drop", "close"] = "drop"
    on_bad_command: Literal["record", "error event", "playFailed", "close"] = "record"
    late_ack_after_clear: bool = False  # checkpoints that were cleared are acknowledged all the same

    # Faults that a site must outlive.
    starts: Literal["once", "twice", "never"] = "once"  # how often the start is sent on a socket
    loses_acknowledgements: bool = False  # playedStream never comes
    loses_end: bool = False  # nothing that is told of the call's end arrives; its book has it all the same
    stops_reading: bool = False  # the site's frames pile up in the network

    # How streams and calls end.
    connect_attempts: int = 3
    on_server_close: Literal["next element", "reconnect"] = "next element"
    on_drop: Literal["give up", "reconnect"] = "give up"  # a stream whose connection is lost in mid-call
    stream_end: Literal["close", "stop", "abort"] = "close"
    transfer: Literal["at close", "at once"] = "at close"  # when a transfer by REST fetches its document
    end_order: tuple[Ending, Ending, Ending] = ("close", "stop_stream", "hangup")
    status_names: Literal["events", "words"] = "events"  # StartStream, StopStream or started, stopped
    status_of_playback: bool = False  # PlayedStream and ClearedAudio are told as well
    status_copies: int = 1
    status_out_of_order: bool = False  # the start is told after the stop

    record_zone_hours: float = 0.0  # how far the times of its messages are off UTC; its book: `accounts.Manner`


DEFAULT = Profile()
