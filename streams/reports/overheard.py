"""What is told of listening in on a conversation, line by line, as the timeline of a call shows it. Pure."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streams.reports.outcome import Line
    from streams.reports.timeline import Row, Telling

CALLER, PERSON = "caller", "person"
CLOSED_BY = {"us": "we closed the stream", "carrier": "the carrier closed the stream"}


def _overheard(t: "Telling") -> "Row":
    """At the moment when it was said, not when it was understood: people talk at the same time."""
    who = PERSON if t.data.get("who") == PERSON else CALLER
    sure, began = t.number("confidence"), t.number("began")
    note = "broke off" if t.data.get("unfinished") else f"heard with {sure:.0%} confidence" if sure else ""
    row = t.row(who, who, f"“{t.data.get('text', '')}”", note, secret=True)
    return row if began is None else replace(row, at=began)


def _lost(t: "Telling") -> "Row":
    who = PERSON if t.data.get("who") == PERSON else CALLER
    why = str(t.data.get("why") or "the recogniser was too slow, or was away")
    return t.of_call(f"loses {t.number('seconds') or 0:.1f} s of what the {who} said", why)


def _deaf(t: "Telling") -> "Row":
    who = PERSON if t.data.get("who") == PERSON else CALLER
    return t.of_call(f"writes down nothing more of the {who}", str(t.data.get("why", "")))


def failed(t: "Telling") -> "Row":
    """A recogniser of a talk: whoever stands in hears a few phrases at best."""
    return t.of_call(f"is not written down by “{t.engine('ears')}” for now", str(t.data.get("what", "")))


def _cue(t: "Telling") -> "Row":
    who = PERSON if t.data.get("who") == PERSON else CALLER
    return t.of_call(f"is marked: {t.data.get('name', '')}", f"said by the {who}")


def _mood(t: "Telling") -> "Row":
    who = PERSON if t.data.get("who") == PERSON else CALLER
    topics = ", ".join(str(topic) for topic in t.data.get("topics") or ())
    about = f", about {topics}" if topics else ""
    mood, judge = f"sounds {t.data.get('mood', '')}{about}", f"by {t.data.get('by', '')}"
    return t.of_call(mood, judge, who=who, secret=True)


def is_news(mood: "Line", known: dict[str, str]) -> bool:
    """Whether this mood is not that speaker's last one, which `known` keeps. What it is about changes all the time."""
    who, now = str(mood.data.get("who", "")), str(mood.data.get("mood", ""))
    was, known[who] = known.get(who), now
    return was != now


LISTENING: dict[str, Callable[["Telling"], "Row"]] = {
    "listening_began": lambda t: t.of_call("is listened to from here on", t.engine("ears")),
    "listening_ended": lambda t: t.of_call(
        "is not listened to any more", CLOSED_BY.get(str(t.data.get("why", "")), "")
    ),
    "listening_broke": lambda t: t.of_call(
        "is heard by nobody here for now", "the carrier lost its connection with us"
    ),
    "listening_left_out": lambda t: t.of_call("is not listened to", str(t.data.get("why", ""))),
    "listening_deaf": _deaf,
    "listening_lost": _lost,
    "overheard": _overheard,
    "cue": _cue,
    "mood": _mood,
}
