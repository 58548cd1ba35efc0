"""Texts with a secret in them, among times, counts and amounts that may stay."""

import re
from collections import Counter
from dataclasses import dataclass

from hypothesis import strategies as st

SEPARATORS = ("", " ", "-", ".", ", ", "/", " - ", "  ", "–", " uh ", " dash ", "; ", ". ", "_")
CLOCKISH = (*SEPARATORS, ":", " : ", "h", " h ")
BEFORE = (
    "",
    "It is ",
    "At 10:30 am, ",
    "I need 2 tickets, ",
    "It was $20. ",
    "On the 4th of May ",
    "you may ",
    "between 10:30 and 11:45, ",
    "a las 10:30, ",
    "um 10:30 Uhr, ",
    "10:30 ",
    "$",
    "€ ",
    "at ",
    "from ",
)
BEHIND = (
    "",
    " thanks",
    " minutes",
    " tickets, please",
    " euros",
    " pm",
    " at 10:30",
    ", 10:30 am",
    ", 3 pm",
    " and 12 May",
    " de mayo",
    " h 30",
    ". See you between 10:30 and 11:45.",
    "€",
)
ASKING = (
    "my PIN is ",
    "the code: ",
    "my password, uh, ",
    "mi clave es ",
    "mon code c’est ",
    "die Nummer: ",
    "number is ",
)


@dataclass(frozen=True)
class Planted:
    """A text, its secret's digits, and the figures that stand beside the secret."""

    said: str
    secret: str
    beside: tuple[str, ...]


@st.composite
def planted(draw, fewest=4):
    """A card, a telephone number or a code of `fewest` digits and more, written in any way; a code that is written like
    a clock time has a word before it that says what it is."""
    secret = draw(st.text("0123456789", min_size=fewest, max_size=8) | st.text("0123456789", min_size=9, max_size=16))
    before, behind, asking = draw(st.sampled_from(BEFORE)), draw(st.sampled_from(BEHIND)), ""
    if len(secret) == 4 and draw(st.booleans()):
        asking = draw(st.sampled_from(ASKING))
    some = st.sampled_from(CLOCKISH if asking or len(secret) > 4 else SEPARATORS)
    separators = st.sampled_from(("", *draw(st.lists(some, min_size=1, max_size=2))))
    written = "".join(digit + draw(separators) for digit in secret[:-1]) + secret[-1]
    said = f"{before}{asking}{written}{behind}"
    return Planted(said, secret, tuple(re.findall(r"[0-9]+", before + behind)))


def left_of(plant, shown):
    """The digits of the secret that can still be read, "" for less than three of them."""
    left = Counter(re.findall(r"[0-9]+", shown)) - Counter(plant.beside)
    digits = "".join(left.elements())
    return digits if len(digits) >= 3 else ""
