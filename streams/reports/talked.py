"""What a conversation was like, in words, each figure with the lines of the transcript that it rests on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from streams.listening.talk import DEFINITIONS
from streams.models import Call, CueMark, Talk
from streams.reports.words import clock, length
from streams.sharing.hiding import Hiding

PEOPLE = {"caller": "the caller", "person": "the person"}
TONES = {"positive": "good", "negative": "bad"}
NBSP = "\N{NO-BREAK SPACE}"
MOST_LINKS = 12


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the transcript: its place, and its time as words."""

    place: int
    at: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its name, what it comes to, its lines, how many more there are, and what it means."""

    name: str
    words: str
    links: Sequence[Link]
    more: int
    means: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A cue that was said: its name, by whom, when, and the line of the transcript, None where there is none."""

    name: str
    who: str
    at: str
    place: int | None
    alerts: bool


@dataclass(frozen=True, slots=True)
class Talked:
    """The whole card. `promised` is what, by when and the line; `by` says who found promises and who judged moods."""

    figures: Sequence[Figure]
    promised: Sequence[tuple[str, str, Link | None]]
    marks: Sequence[Mark]
    by: Sequence[str]
    promises_mean: str = DEFINITIONS["promises"]


def talked(call: Call, hide: Hiding) -> Talked | None:
    """The card of this call; None when there was no talk, and no cue was said."""
    row, marks = Talk.objects.filter(call=call).first(), list(call.cue_marks.all())
    if row is None and not marks:
        return None
    times = dict(call.utterances.values_list("place", "at")) if row or marks else {}
    found: Mapping[str, Any] = row.found if row else {}
    return Talked(
        figures=_figures(row, times) if row else [],
        promised=[_promised(one, times, hide) for one in found.get("promises", ())],
        marks=[_mark(mark, call) for mark in marks],
        by=_by(row, found) if row else [],
    )


def _figures(row: Talk, times: Mapping[int, float]) -> list[Figure]:
    found = row.found
    return [
        *_moods(found.get("mood") or {}),
        *_share(row),
        *_longest(found.get("longest"), times),
        *_by_who("interruptions", "Interruptions", found, times),
        *_by_who("questions", "Questions", found, times),
        *_silences(found.get("silences") or [], times),
    ]


def _moods(told: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Figure]:
    rows = []
    for who, moods in sorted(told.items()):
        first, last = str(moods[0].get("mood")), str(moods[-1].get("mood"))
        words = first if len(moods) == 1 else f"{first} → {last}"
        name = f"Mood of {PEOPLE.get(who, who)}"
        rows.append(Figure(name, words, [], 0, DEFINITIONS["mood"], TONES.get(last, "plain")))
    return rows


def _share(row: Talk) -> list[Figure]:
    whole = row.caller_seconds + row.person_seconds
    if not whole:
        return []
    part = round(100 * row.person_seconds / whole)
    lasted = [length(seconds).replace(" ", NBSP) for seconds in (row.person_seconds, row.caller_seconds)]
    words = f"the person {part}{NBSP}% ({lasted[0]}), the caller {100 - part}{NBSP}% ({lasted[1]})"
    return [Figure("Who spoke", words, [], 0, DEFINITIONS["share"])]


def _longest(told: Mapping[str, Any] | None, times: Mapping[int, float]) -> list[Figure]:
    if not told:
        return []
    words = f"{PEOPLE.get(told['who'], told['who'])}, {length(told['seconds'])}"
    places = told["places"]
    ends = [places[0], places[-1]] if len(places) > 1 else places
    return [Figure("Longest monologue", words, _links(ends, times), 0, DEFINITIONS["longest"])]


def _by_who(what: str, name: str, found: Mapping[str, Any], times: Mapping[int, float]) -> list[Figure]:
    told: Mapping[str, list[int]] = found.get(what) or {}
    words = ", ".join(f"{len(told.get(who, ()))} by {title}" for who, title in PEOPLE.items())
    places = sorted(place for places in told.values() for place in places)
    return [Figure(name, words, _links(places, times), max(0, len(places) - MOST_LINKS), DEFINITIONS[what])]


def _silences(told: Sequence[Mapping[str, Any]], times: Mapping[int, float]) -> list[Figure]:
    words = f"{len(told)}, {length(sum(one['seconds'] for one in told))} in all" if told else "none"
    links = _links([one["places"][0] for one in told], times)
    return [Figure("Silences", words, links, max(0, len(told) - MOST_LINKS), DEFINITIONS["silences"])]


def _links(places: Iterable[int], times: Mapping[int, float]) -> list[Link]:
    known = [place for place in dict.fromkeys(places) if place in times]
    return [Link(place, clock(times[place])) for place in known[:MOST_LINKS]]


def _promised(one: Mapping[str, Any], times: Mapping[int, float], hide: Hiding) -> tuple[str, str, Link | None]:
    links = _links(one.get("places") or (), times)
    return hide.text(str(one.get("what", ""))), hide.text(str(one.get("due", ""))), links[0] if links else None


def _mark(mark: CueMark, call: Call) -> Mark:
    """The line is the first of the same speaker with those words: a mark is logged once they are understood."""
    same = call.utterances.filter(who=mark.who, text__startswith=mark.text) if mark.text else call.utterances.none()
    place = same.filter(at__lte=mark.at + 0.001).order_by("-place").values_list("place", flat=True).first()
    return Mark(mark.name, PEOPLE.get(mark.who, mark.who), clock(mark.at), place, mark.alerts)


def _by(row: Talk, found: Mapping[str, Any]) -> list[str]:
    judges = dict.fromkeys(str(one.get("by")) for moods in (found.get("mood") or {}).values() for one in moods)
    said = [f"Mood judged by {', '.join(judges)}."] if judges else []
    return [*said, *([f"Promises found by {row.promises_by}."] if row.promises_by else [])]
