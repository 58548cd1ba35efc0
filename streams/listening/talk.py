"""What a conversation between two people was like, by who spoke when, and what they said. Pure.

Every figure keeps the places of the utterances that it rests on. The same utterances give the same figures.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flows.engine.matching import words
from flows.engine.values import value
from streams.listening import CALLER, PERSON
from streams.listening.judging import MOODS
from streams.listening.promising import by_when, promised

BREAKS_MONOLOGUE = 2  # words of the other
OVERLAP = 0.3  # seconds; less is how people take turns
GIVES_WAY = 1.0  # seconds within which who was interrupted stops
SILENCE = 3.0  # seconds
MOST = 100  # places that one figure keeps

DEFINITIONS = {
    "share": "How long each spoke, as a part of all the time in which somebody did.",
    "longest": "The longest time from the first to the last word of one speaker, without a silence, while the other "
    "said fewer than 2 words at a time.",
    "interruptions": "Somebody began, with 2 words or more, while the other had spoken and went on for more than 0.3 "
    "seconds, and the other stopped within 1 second.",
    "questions": "Utterances with a question mark, or that begin with a word that asks.",
    "promises": "What the person on our side said they would do, and by when if they said so.",
    "silences": "More than 3 seconds in which nobody spoke.",
    "mood": "How each felt in the first and in the last stretch that was judged, of a few utterances each.",
}


@value
class Spoke:
    """One utterance: its place in the transcript, who, its seconds of the call, and its words."""

    place: int
    who: str
    began: float
    ended: float
    text: str


@value
class Promise:
    """What somebody said they would do. `due` is by when, in their words, "" when they did not say."""

    place: int
    who: str
    what: str
    due: str = ""

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {"who": self.who, "what": self.what, "due": self.due, "places": [self.place]}


Found = dict[str, Any]


def figures(said: Iterable[Spoke], moods: Iterable[Mapping[str, Any]], begins: Sequence[float] = ()) -> Found:
    """All of them. `moods` are the data of the log's lines `mood`, in their order, each with `at`; `begins` are the
    seconds at which somebody began to listen: nobody knows what was said right before."""
    spoken = sorted(said, key=lambda one: (one.began, one.place))
    return {
        "longest": longest(spoken),
        "interruptions": interruptions(spoken),
        "questions": questions(spoken),
        "silences": silences(spoken, begins),
        "mood": mood(moods),
    }


def seconds(said: Iterable[Spoke], who: str) -> float:
    """How long this speaker spoke; what overlaps counts once."""
    total, until = 0.0, float("-inf")
    for one in sorted((one for one in said if one.who == who), key=lambda one: one.began):
        total += max(0.0, one.ended - max(one.began, until))
        until = max(until, one.ended)
    return round(total, 1)


def longest(spoken: Sequence[Spoke]) -> Found | None:
    """The longest monologue: who, seconds, and the utterances."""
    runs: dict[str, list[Spoke]] = {CALLER: [], PERSON: []}
    best: list[Spoke] = []
    until = 0.0  # when somebody last spoke
    for one in spoken:
        if one.who not in runs:
            continue
        if one.began - until > SILENCE:
            runs = {who: [] for who in runs}
        until = max(one.ended, until)
        runs[one.who].append(one)
        best = max(best, runs[one.who], key=_span).copy()  # a copy, for the run grows
        if len(words(one.text)) >= BREAKS_MONOLOGUE:
            runs[PERSON if one.who == CALLER else CALLER] = []
    if not best:
        return None
    return {"who": best[0].who, "seconds": round(_span(best), 1), "places": [one.place for one in best][:MOST]}


def interruptions(spoken: Sequence[Spoke]) -> Found:
    """By who interrupted: the places of what they broke in with."""
    found: dict[str, list[int]] = {CALLER: [], PERSON: []}
    for at, one in enumerate(spoken):
        says_something = one.who in found and len(words(one.text)) >= BREAKS_MONOLOGUE
        if says_something and any(_breaks_in(one, other) for other in spoken[max(0, at - 6) : at]):
            found[one.who].append(one.place)
    return {who: places[:MOST] for who, places in found.items()}


def questions(spoken: Sequence[Spoke]) -> Found:
    """By who asked: the places of their questions."""
    return {who: [one.place for one in spoken if one.who == who and asks(one.text)][:MOST] for who in (CALLER, PERSON)}


def silences(spoken: Sequence[Spoke], begins: Sequence[float] = ()) -> list[Found]:
    """Each silence: from when, how long, and the utterances before and after it. None in which nobody listened."""
    found: list[Found] = []
    last: Spoke | None = None
    for one in spoken:
        unheard = last is not None and any(last.ended < began <= one.began for began in begins)
        if last is not None and one.began - last.ended > SILENCE and not unheard:
            length = round(one.began - last.ended, 1)
            found.append({"at": round(last.ended, 1), "seconds": length, "places": [last.place, one.place]})
        if last is None or one.ended > last.ended:
            last = one
    return found[:MOST]


def mood(told: Iterable[Mapping[str, Any]]) -> Found:
    """By speaker: each judgement in its order, with its moment, mood, score and who judged."""
    found: dict[str, list[Found]] = {}
    for one in told:
        if one.get("mood") in MOODS and one.get("who") in (CALLER, PERSON):
            row = {name: one.get(name) for name in ("at", "mood", "score", "by")}
            found.setdefault(str(one["who"]), []).append(row)
    return {who: rows[-MOST:] if len(rows) <= MOST else [rows[0], *rows[1 - MOST :]] for who, rows in found.items()}


def asks(text: str) -> bool:
    """Whether this is a question: by its mark, or by its first word where a recogniser sets no marks."""
    if "?" in text or "¿" in text:
        return True
    said = words(text)
    while said and said[0] in FILLING:
        said = said[1:]
    return len(said) > 1 and (said[0] in ASKING or (said[0] in HELPING and said[1] in WHOM))


FILLING = frozenset(words("and so but well okay ok yes no sorry right then y pero et mais und aber also"))
ASKING = frozenset(
    words(
        "what when where which who whose why how "
        "qué cuándo dónde cuál quién cómo cuánto "
        "quand comment pourquoi combien quel quelle "
        "wann warum wieso wohin wer welche welcher"
    )
)
HELPING = frozenset(words("can could will would do does did is are was were have has may shall should"))
WHOM = frozenset(words("i you we they he she it that this there the your my"))


def promises(spoken: Iterable[Spoke]) -> list[Promise]:
    """By patterns, for where no model reads: “I will send you …”, of the person on our side."""
    return [
        Promise(place=one.place, who=one.who, what=what[:160], due=by_when(one.text))
        for one in spoken
        if one.who == PERSON and (what := promised(one.text))
    ]


def _span(run: Sequence[Spoke]) -> float:
    return max(one.ended for one in run) - run[0].began if run else 0.0


def _breaks_in(one: Spoke, other: Spoke) -> bool:
    """Whether `one` broke into `other`, who then gave way."""
    return (
        other.who != one.who
        and other.began < one.began
        and OVERLAP < other.ended - one.began <= GIVES_WAY
        and one.ended > other.ended
    )
