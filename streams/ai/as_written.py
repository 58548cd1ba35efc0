"""Was this text spoken as it is written? Pure. For voices that are language models, which may say something else.

Compared are words, not spelling: “Press 1.” is spoken “press one”, “24” is “twenty four”, “$5” is “five dollars”. One
word more, fewer or other is something else: “not” is one word.
"""

import re
from collections.abc import Iterator

from flows.engine.folding import folded

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_VALUES = {
    **{word: value for value, word in enumerate(_SMALL)},
    **{word: value for value, word in enumerate(_ORDINALS, 1)},
    **{word: value * 10 for value, word in enumerate(_TENS, 2)},
    "oh": 0,
}
_TIMES = {"hundred": 100, "thousand": 1000}

# What one writes as a sign or in short, and says in full.
_IN_FULL = {"#": "pound", "hash": "pound", "*": "star", "dr": "doctor", "mr": "mister", "ms": "miss", "ok": "okay"}
# Said but not written, or in another place than it is written.
_PASSED_OVER = {"and", "dollar", "dollars", "cent", "cents", "euro", "euros", "pounds", "percent"}
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[#*]|[^\W\d_]+(?:'[^\W\d_]+)*")


def says_the_same(asked: str, said: str) -> bool:
    """Whether `said` is `asked`, read aloud."""
    return _read(asked) == _read(said)


def _read(text: str) -> list[str]:
    """The words of a text, with each run of numbers as its digits."""
    plain = folded(text).replace("\u2019", "'")
    plain = re.sub(r"\b([a-z])\.(?=[a-z]\b)", r"\1", plain)  # a.m.
    plain = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", plain)
    words: list[str] = []
    numbers: list[str] = []
    for token in [_IN_FULL.get(token, token) for token in _TOKEN.findall(plain)]:
        if token in _PASSED_OVER:
            continue
        if token[0].isdigit() or token in _VALUES or token in _TIMES:
            numbers.append(token)
            continue
        words += ["".join(_digits(numbers)), token] if numbers else [token]
        numbers = []
    return [*words, "".join(_digits(numbers))] if numbers else words


def _digits(numbers: list[str]) -> Iterator[str]:
    """“twenty four” and “two four” are 24, “one hundred five” is 105, “nine thirty” is 930."""
    whole, part = 0, -1  # thousands; what is being said, -1 for nothing
    room = 0  # below which something may still be added to it: the 4 of twenty-four
    for word in [*numbers, ""]:
        if word == "thousand":
            whole, part, room = whole + 1000 * (part if part > 0 else 1), 0, 1000
        elif word in _TIMES:
            part, room = 100 * (part if part > 0 else 1), 100
        elif part >= 0 and 0 < _VALUES.get(word, 0) < room:
            part, room = part + _VALUES[word], (10 if word in _TENS else 100 if room == 1000 else 0)
        else:
            if part >= 0:
                yield str(whole + part)
            whole, part, room = 0, _VALUES.get(word, -1), (10 if word in _TENS else 0)
            if word[:1].isdigit():
                yield re.sub(r"\D", "", word)
