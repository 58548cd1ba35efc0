"""The public addresses that the carrier is given. `PUBLIC_URL` is their only source.

The fragment tells the carrier how to retry; it is never sent and not signed. By default it retries time-outs only, so
a restart of ours would lose a hang-up for ever.
"""

from django.conf import settings
from django.urls import reverse

from flows.engine.languages import base
from streams import calls

# A caller waits for the answer in silence, so the carrier soon turns to the fallback; the rest may take its time.
ANSWER_RETRY = "#ct=2000&rt=2000&rc=1&rp=all"
RETRY = "#ct=2000&rt=3000&rc=5&rp=all"
ENGLISH = "en"


def answer_url(held: int = 0) -> str:
    """Asked for a document when a call comes in; and again, where the answer was to hold, so often by now."""
    return _public("answer", held) + RETRY if held else _public("answer") + ANSWER_RETRY


def hangup_url() -> str:
    """Told that a call is over."""
    return _public("hangup") + RETRY


def fallback_url() -> str:
    """Asked when the answer URL failed."""
    return _public("fallback") + RETRY


def picked_up_url(name: str, token: str, language: str, held: int = 0) -> str:
    """Asked for a document when whom we called picks up, `outbound` or `callback`; and again, as above. It says in
    which language they are spoken with: whoever answers it may have no database to look that up."""
    again = (held,) if held else ()
    return _public(name, token, base(language) or ENGLISH, *again) + (RETRY if held else ANSWER_RETRY)


def callback_url(name: str, token: str) -> str:
    """Asked and told about a call-back further on: `callback-key`, `-over` and `-hangup`."""
    return _public(name, token) + RETRY


def outbound_url(name: str, token: str) -> str:
    """Told about a call of a list: `outbound-machine` and `-hangup`."""
    return _public(name, token) + RETRY


def stream_status_url() -> str:
    """Told how a stream fares. The carrier allows no fragment here."""
    return _public("stream-status")


def continue_url(call_uuid: str, document: int, held: int = 0) -> str:
    """Asked what comes after a document; and again, as above."""
    again = (held,) if held else ()
    return _public("continue", calls.continue_token(call_uuid, document), *again) + RETRY


def dialled_url(call_uuid: str, document: int) -> str:
    """Told when the leg that a document dials is answered, and when it is over."""
    return _public("dialled", calls.continue_token(call_uuid, document)) + RETRY


def recording_url(call_uuid: str, document: int) -> str:
    """Told that the recording of a document can be fetched."""
    return _public("recording", calls.continue_token(call_uuid, document)) + RETRY


def stream_url(token: str) -> str:
    """Where the audio goes."""
    return f"ws{settings.PUBLIC_URL.removeprefix('http')}/stream/{token}/"


def listen_url(token: str) -> str:
    """Where the audio of a conversation goes that is listened to."""
    return f"ws{settings.PUBLIC_URL.removeprefix('http')}/listen/{token}/"


def listen_status_url(token: str) -> str:
    """Told how a listening stream fares."""
    return _public("listen-status", token)


def _public(name: str, *args: str | int) -> str:
    return str(settings.PUBLIC_URL) + reverse(f"plivo:{name}", args=args)
