"""The words of a text as they are spoken, and as they are heard. Pure."""

import re

from flows.engine.folding import folded

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SIGNS = {"&": "and", "+": "plus", "%": "percent", "@": "at", "#": "pound", "*": "star"}
_SPOKEN = {**{str(digit): word for digit, word in enumerate(DIGITS)}, **_SIGNS}
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")


def spoken_words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, as one says them: digits one by one, no punctuation, no accents."""
    plain = folded(text).replace("\u2019", "'")
    plain = re.sub(r"[0-9&+%@#*]", lambda found: f" {_SPOKEN[found[0]]} ", plain)
    return tuple(_WORD.findall(plain))


def heard_of(text: str, heard_ms: int, whole_ms: int) -> str:
    """The whole words of a text that were heard after so much of its sound, counted by time."""
    if heard_ms >= whole_ms:
        return text if whole_ms else ""
    each = text.split()
    return " ".join(each[: len(each) * heard_ms // whole_ms])
