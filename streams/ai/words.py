"""Text as the plain words that are spoken for it. Pure: shared by what matches words and by what listens for them."""

import re
import unicodedata

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SIGNS = {"&": "and", "+": "plus", "%": "percent", "@": "at", "#": "pound", "*": "star"}
_SPOKEN = {**{str(digit): word for digit, word in enumerate(DIGITS)}, **_SIGNS}
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")


def spoken_words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, as one says them: digits one by one, no punctuation, no accents."""
    plain = unicodedata.normalize("NFKD", text.replace("\u2019", "'")).lower()
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    plain = re.sub(r"[0-9&+%@#*]", lambda found: f" {_SPOKEN[found[0]]} ", plain)
    return tuple(_WORD.findall(plain))
