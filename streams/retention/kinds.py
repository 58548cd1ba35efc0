"""Every kind of data about people, in the order of the page: what it is, how long it is kept, how it is removed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from streams import recordings
from streams.retention import forgetting


@dataclass(frozen=True, slots=True)
class Kind:
    """`days` is how long it is kept where nobody said otherwise. `forget` removes it from calls, by primary key."""

    name: str
    title: str
    holds: str
    days: int
    forget: Callable[[Sequence[int]], int]


KINDS = (
    Kind(
        "words",
        "Words and keys in the log",
        "What callers typed and said at each step, and what the line answered. Steps, times and outcomes stay.",
        90,
        forgetting.words,
    ),
    Kind("transcripts", "Transcripts", "Who said what, word for word.", 90, forgetting.transcripts),
    Kind(
        "recordings",
        "Recordings",
        "Both sides of calls that were recorded, as sound. Who listened to them stays known.",
        90,
        recordings.erase,
    ),
    Kind("summaries", "Summaries", "What a call was about, the caller’s mood, what to do.", 400, forgetting.summaries),
    Kind(
        "messages",
        "Messages, wishes and texts",
        "What callers left word of, why they want a call back, and text messages to them. That there was one stays.",
        400,
        forgetting.messages,
    ),
    Kind(
        "carrier",
        "The carrier’s messages",
        "What the carrier told about each call, with its numbers. That a message came, and when, stays.",
        400,
        forgetting.carrier_words,
    ),
    Kind(
        "numbers",
        "Callers’ numbers",
        "The numbers of callers everywhere, and what finds the same caller again. The carrier’s messages go with them.",
        400,
        forgetting.numbers,
    ),
)
BY_NAME = {kind.name: kind for kind in KINDS}
