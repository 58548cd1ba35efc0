"""What a model wrote, without what must not be spoken: markup, web addresses, speech commands, emoji. Pure.

A text model decides what is said, never how the voice behaves, so nothing that a voice could take for a command of its
own is left. Words, numbers, money, mail addresses and the keys `*` and `#` stay.
"""

import re
import unicodedata

_STEPS = (
    (re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)"), r"\1"),  # [words](address)
    (re.compile(r"\w*:?//[^\s<>\"”)]*|(?:www\.|(?:mailto|tel|sip|javascript):)[^\s<>\"”)]+", re.I), " "),
    (re.compile(r"</?[a-z][^<>]*>|<[!?][^<>]*>", re.I), " "),  # tags of any kind
    (re.compile(r"\[[^\[\]]{0,60}\]"), " "),  # [pause], [[phonemes]]
    (re.compile(r"[<>\[\]{}`|\\^~]+"), " "),
    (re.compile(r"^\s*(?:[#*+•‣◦▪\-–—]+\s+)+", re.M), ""),  # headings, points of a list, rules
    (re.compile(r"\*+(?=\w)|(?<=[\w.,:;!?)%])\*+"), ""),  # **loud**; a star alone is a key
    (re.compile(r"\*{2,}|_{2,}|-{3,}|={2,}"), " "),
    (re.compile(r"(?<![^\W_])_+|_+(?![^\W_])"), " "),
    (re.compile(r"(?<!\S)[\u200c\u200d]+|[\u200c\u200d]+(?!\S)"), ""),  # left over from emoji
    (re.compile(r"\s+"), " "),
    (re.compile(r"\s+(?=[.,;:!?…](?:\s|$))"), ""),
)
_SIGNS = "°№©®™"  # symbols that have a name when they are read
_JOINERS = "\u200c\u200d"  # within words of several scripts


def plain(text: str) -> str:
    """The words to speak, in one line; "" when there are none. Total, and the same when it is done again."""
    text = "".join(letter for letter in unicodedata.normalize("NFC", text[:8000]) if _is_spoken(letter))
    while (cleaned := _clean(text)) != text:
        text = cleaned
    return text if any(letter.isalnum() for letter in text) else ""


def _clean(text: str) -> str:
    for pattern, instead in _STEPS:
        text = pattern.sub(instead, text)
    return unicodedata.normalize("NFC", text).strip()


def _is_spoken(letter: str) -> bool:
    if letter.isspace() or letter in _SIGNS or letter in _JOINERS:
        return True
    kind = unicodedata.category(letter)
    return kind[0] != "C" and kind not in ("So", "Sk", "Me") and not "\ufe00" <= letter <= "\ufe0f"
