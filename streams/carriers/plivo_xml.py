"""Plivo's call documents, made by Plivo's own builder. Pure: addresses and limits are given.

The builder checks no values, so only values that were checked come in. A document is well under the carrier's 100 KB.
"""

from dataclasses import dataclass

from plivo import plivoxml

from streams.house_texts import HOLD_ON

CONTENT_TYPE = "audio/x-mulaw;rate=8000"  # always named: the carrier's documents give two defaults
LONGEST_DIAL = 14_400  # seconds of a conversation with a person; the carrier's own default
SPOKEN = {"es": "es-US", "fr": "fr-FR", "de": "de-DE"}  # what the carrier calls a language
SORRY = "We are sorry. We cannot take your call at the moment."
HOLD = "Please hold, we are connecting you to a colleague."
CALL_LATER = "Please call again later. Goodbye."


def stream(url: str, *, status_url: str, then_url: str, max_seconds: int) -> str:
    """Open a two-way stream to `url`; when it is over, for whatever reason, ask `then_url` what comes next."""
    return _document(
        plivoxml.StreamElement(
            url,
            bidirectional=True,
            keepCallAlive=True,
            audioTrack="inbound",
            contentType=CONTENT_TYPE,
            streamTimeout=max_seconds,
            statusCallbackUrl=status_url,
            statusCallbackMethod="POST",
        ),
        plivoxml.RedirectElement(then_url, method="POST"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A stream that only listens, to both sides, while the rest of its document goes on."""

    url: str
    status_url: str
    max_seconds: int


def dial(number: str, *, then_url: str, told_url: str, ring_seconds: int, beside: Beside | None = None) -> str:
    """Put the caller through to an E.164 number, then tell `then_url` how it went.

    `told_url` hears when the other end answers, and how long they talked.
    """
    listening = [_beside(beside)] if beside else []
    return _document(*listening, _dial(number, then_url, told_url, ring_seconds))


def _beside(wanted: Beside) -> plivoxml.StreamElement:
    """Without `keepCallAlive` the carrier does not wait for its end, but goes on with what follows at once."""
    return plivoxml.StreamElement(
        wanted.url,
        bidirectional=False,
        keepCallAlive=False,
        audioTrack="both",
        contentType=CONTENT_TYPE,
        streamTimeout=wanted.max_seconds,
        statusCallbackUrl=wanted.status_url,
        statusCallbackMethod="POST",
    )


def record(*, then_url: str, ready_url: str, max_seconds: int, finish_key: str) -> str:
    """Record the caller after a beep, then tell `then_url`; `ready_url` hears when the file can be fetched."""
    message = plivoxml.RecordElement(
        action=then_url,
        method="POST",
        redirect=True,
        max_length=max_seconds,
        finish_on_key=finish_key or "none",
        play_beep=True,
        file_format="mp3",
        callback_url=ready_url,
        callback_method="POST",
    )
    # A caller who says nothing at all may fall through to the next element.
    return _document(message, plivoxml.RedirectElement(then_url, method="POST"))


def ask_for_key(text: str, *, then_url: str, otherwise: str, language: str = "") -> str:
    """Say `text` twice at most, and tell `then_url` the one key that was pressed; without one, say `otherwise`."""
    ask = plivoxml.GetDigitsElement(
        action=then_url, method="POST", timeout=8, num_digits=1, retries=2, valid_digits="12", redirect=True
    )
    return _document(ask.add(_speak(text, language)), _speak(otherwise, language), plivoxml.HangupElement())


def dial_after(text: str, number: str, *, then_url: str, told_url: str, ring_seconds: int, language: str = "") -> str:
    """Say `text`, then put the callee through to an E.164 number, and tell both addresses as `dial` does."""
    return _document(_speak(text, language), _dial(number, then_url, told_url, ring_seconds))


def hold(*, then_url: str, is_answered: bool, text: str = HOLD_ON, language: str = "") -> str:
    """Ask `then_url` in a moment: who is on the line hears that it takes one, for everybody else it rings on."""
    # A wait that comes first delays picking up.
    moment = _speak(text, language) if is_answered else plivoxml.WaitElement(length=1)
    return _document(moment, plivoxml.RedirectElement(then_url, method="POST"))


def last_words(text: str, *, language: str = "") -> str:
    """Say `text`, which is in this language ("" for English), and end the call."""
    return _document(_speak(text, language), plivoxml.HangupElement())


def hang_up() -> str:
    """End the call."""
    return _document(plivoxml.HangupElement())


def apology(*, operator: str = "") -> str:
    """Say sorry, then put the caller through to the operator; without one, say goodbye and hang up."""
    if not operator:
        return _document(_speak(f"{SORRY} {CALL_LATER}"), plivoxml.HangupElement())
    call = plivoxml.DialElement(time_limit=LONGEST_DIAL)
    return _document(_speak(f"{SORRY} {HOLD}"), call.add(plivoxml.NumberElement(operator)), plivoxml.HangupElement())


def _dial(number: str, then_url: str, told_url: str, ring_seconds: int) -> plivoxml.DialElement:
    call = plivoxml.DialElement(
        action=then_url,
        method="POST",
        redirect=True,
        timeout=ring_seconds,
        time_limit=LONGEST_DIAL,
        callback_url=told_url,
        callback_method="POST",
    )
    return call.add(plivoxml.NumberElement(number))


def _speak(text: str, language: str = "") -> plivoxml.SpeakElement:
    # An unsupported language would drop the whole document; this voice and these languages are on every list.
    return plivoxml.SpeakElement(text, voice="WOMAN", language=SPOKEN.get(language, "en-US"))


def _document(*elements: plivoxml.PlivoXMLElement) -> str:
    response = plivoxml.ResponseElement()
    for element in elements:
        response.add(element)
    return str(response.to_string(pretty=False))
