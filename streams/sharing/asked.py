"""Numbers that look like times, and were said when a secret was asked for: “What is your PIN?” “12:34.” Pure."""

from collections.abc import Iterable, Iterator

from streams.reports.outcome import Line
from streams.sharing.harmless import asks_for_a_secret
from streams.sharing.scrub import bare_times, numbers_in, plain

REACHES = 3  # texts after the question, and after each one with a number: long numbers are said in pieces
ABOUT_WORDS = frozenset({"cue", "mood"})  # lines that repeat what another line says


def said_when_asked(lines: Iterable[Line]) -> set[str]:
    """The digits of the clock times on a call that may be a PIN or a piece of a number, since one was asked for.

    A time that is marked as one (“at 10:30”, “10:30 am”) is none of them.
    """
    found: set[str] = set()
    left = 0
    for text in _said(lines):
        asks = asks_for_a_secret(plain(text))
        if left or asks:
            found |= bare_times(text)
        left = REACHES if asks or (left and numbers_in(text)) else max(left - 1, 0)
    return found


def _said(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        if line.kind in ABOUT_WORDS:
            continue
        texts = line.data.get("texts")
        for text in (line.data.get("text"), *(texts if isinstance(texts, list | tuple) else ())):
            if isinstance(text, str):
                yield text
