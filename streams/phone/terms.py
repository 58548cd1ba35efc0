"""What a <Stream> element asks for, and whether the carrier would open it. Pure."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from streams.phone.documents import Element
from streams.phone.formats import Format, format_of
from streams.phone.profile import Profile

EXTRA_HEADERS_LIMIT = 512  # bytes
URL_LIMIT = 2048


@dataclass(frozen=True)
class Terms:
    """What a <Stream> element asks for."""

    url: str
    audio: Format
    bidirectional: bool
    tracks: tuple[str, ...]
    headers: str
    seconds: float


def terms_of(element: Element, profile: Profile) -> Terms | str:
    """The terms of a <Stream>, or a sentence why the carrier would not open it."""
    bidirectional, track = element.says("bidirectional", False), element.get("audioTrack", "inbound")
    audio = format_of(element.get("contentType", profile.default_content_type), profile.l16_order)
    if audio is None:
        return f"The carrier has no contentType {element.get('contentType')!r}."
    if urlsplit(element.text).scheme not in ("ws", "wss") or len(element.text) > URL_LIMIT:
        return f"The stream's URL must be wss:// and at most {URL_LIMIT} characters."
    if track not in ("inbound", "outbound", "both") or (bidirectional and track != "inbound"):
        return f"The audioTrack {track!r} is not possible here."
    if len(element.get("extraHeaders").encode()) > EXTRA_HEADERS_LIMIT:
        return f"The extraHeaders are longer than {EXTRA_HEADERS_LIMIT} bytes."
    tracks = ("inbound", "outbound") if track == "both" else (track,)
    timeout = element.number("streamTimeout", 86400)
    return Terms(element.text, audio, bidirectional, tracks, element.get("extraHeaders"), timeout)
