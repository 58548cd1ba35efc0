"""What a later agent is told about the caller, in plain sentences. Pure."""

from flows.engine.matching import words

TOLD_CHARACTERS = 120  # of a prompt or an utterance


def quoted(text: str) -> str:
    """A text for a sentence about it: in quotation marks, on one line, not too long."""
    plain = " ".join(text.split())
    return f"“{plain if len(plain) <= TOLD_CHARACTERS else plain[: TOLD_CHARACTERS - 1] + '…'}”"


def said(text: str) -> str:
    """About words that did not fit."""
    return f"said {quoted(text)}" if words(text) else "said something that was not understood"
