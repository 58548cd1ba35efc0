"""What a system answered, as a list to pick from: each thing in it with where it stands."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flows.models.lookups import PATH

MOST = 80  # things that are shown
LONGEST_ANSWER = 100_000  # characters of one that is pasted
EACH_LIST = 3  # things of a list: the others look alike
SHOWN = 120  # characters of each
DEEPEST = 10  # as a path may be

Leaf = tuple[str, str]  # where it stands, and what stands there


class NotAnAnswer(ValueError):
    """What was pasted cannot be read; the message says what to paste."""


def pasted(text: str) -> Any:
    """An answer that somebody pasted. Raises `NotAnAnswer`."""
    if len(text) > LONGEST_ANSWER:
        raise NotAnAnswer(f"This is longer than {LONGEST_ANSWER:,} characters. Paste one answer, not a list of many.")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAnAnswer("This is not an answer as such systems give it. It begins with { or [.") from None
    if not isinstance(found, dict | list):
        raise NotAnAnswer("This holds no names to pick. Paste the whole answer, from its { to its }.")
    return found


def leaves(answer: Any) -> list[Leaf]:
    """What could be read from an answer, in its order. Names that no path can hold are left out."""
    found = []
    for leaf in _leaves(answer, ()):
        found.append(leaf)
        if len(found) == MOST:
            break
    return found


def suggested(path: str, parts: int = 1) -> str:
    """What a thing may be called, by where it stands: “order status” for data.order_status; `parts` of it count."""
    named = [part for part in path.split(".") if not part.isdigit()] or ["answer"]
    return " ".join(named[-parts:]).replace("_", " ").replace("-", " ").strip()[:40] or "answer"


def names_for(leaves: list[Leaf]) -> dict[str, str]:
    """A name for each thing, by where it stands: with what it belongs to, where several would be called alike."""
    short = [suggested(path) for path, _ in leaves]
    return {path: suggested(path, 1 + (short.count(name) > 1)) for (path, _), name in zip(leaves, short, strict=True)}


def _leaves(here: Any, parts: tuple[str, ...]) -> Iterator[Leaf]:
    if len(parts) > DEEPEST:
        return
    if isinstance(here, Mapping):
        for name, there in here.items():
            yield from _leaves(there, (*parts, str(name)))
    elif isinstance(here, list):
        for place, there in enumerate(here[:EACH_LIST]):
            yield from _leaves(there, (*parts, str(place)))
    elif here is not None and here != "" and PATH.fullmatch(path := ".".join(parts)):
        yield path, in_words(here, SHOWN)


def in_words(found: Any, longest: int) -> str:
    """What stands in an answer as callers are told it; "" for lists and the like, and for nothing."""
    if isinstance(found, bool):
        return "yes" if found else "no"
    return " ".join(str(found).split())[:longest] if isinstance(found, str | int | float) else ""
