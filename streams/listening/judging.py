"""What mood people are in by their words, what they speak of, and what they mean: by a text model, or by a word list.

Pure. The model is a reader: it may name a mood, topics and one of the cues it was told of, and whatever it answers is
held to that here. Words that are meant to turn it can at worst make a call look better or worse than it was.
"""

import asyncio
import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from flows.engine.values import value
from streams.ai.briefing import DATA_NOTE, one_line, quoted
from streams.ai.local.lexicon import kind_and_angry
from streams.ai.provider import ProviderTimedOut, Used
from streams.ai.text_model import Said, TextModel, estimated
from streams.listening import CALLER, PERSON
from streams.listening.cues import Watched

SECONDS = 5.0  # then the word list judges
MOODS = ("positive", "neutral", "negative")
PLAIN = 0.25  # a score nearer to 0 than this is neutral
MOST_TOPICS = 3
LONGEST_TOPIC = 40  # characters
LONGEST_LINE = 600  # characters of one utterance that are read
WORD_LIST = "Word list (offline)"

TASK = (
    "You listen in on a telephone call for the company, and say how it goes at this moment. Each line has a number, "
    f"who speaks, and what was said as a recogniser wrote it down, perhaps wrongly. {DATA_NOTE}"
)
ANSWER = f"""\
- speakers: one entry for each who speaks in these lines. mood: by their own words. score: from -1 (very unhappy) to \
1 (very happy), 0 where nothing tells. topics: none to {MOST_TOPICS}, one to three words each, of what they speak of \
now, in the language of the call; no names, numbers or addresses."""
CUES = """\
- cues: the lines in which somebody plainly means one of these. Only what is said, nothing guessed; none is usual."""


@value
class Heard:
    """One utterance. `at` is seconds since the call was answered, `step` where the call was."""

    who: str
    text: str
    at: float
    step: str = ""


@value
class Opinion:
    """How one speaker feels: a mood of `MOODS`, the score behind it (-1 to 1), and what they speak of."""

    who: str
    mood: str
    score: float
    topics: tuple[str, ...] = ()


@value
class Judgement:
    """What came of it: opinions, cues that were meant with the place of their line, who judged, and what that used."""

    by: str
    opinions: tuple[Opinion, ...] = ()
    meant: tuple[tuple[Watched, int], ...] = ()
    used: tuple[Used, ...] = ()


class Judge(Protocol):
    """`intents` are the cues whose intent may be found in the lines from the place `new` on."""

    async def judge(self, lines: Sequence[Heard], intents: Sequence[Watched] = (), *, new: int = 0) -> Judgement:
        """Raises `ProviderError`."""
        ...

    def owing(self, lines: Sequence[Heard], intents: Sequence[Watched] = ()) -> tuple[Used, ...]:
        """What these lines cost when nobody waits for the judgement any more, by estimate."""
        ...


class WordJudge:
    """Counts kind and angry words (`lexicon`), knows no topics and no intents, and is named as what it is. Total."""

    async def judge(self, lines: Sequence[Heard], intents: Sequence[Watched] = (), *, new: int = 0) -> Judgement:
        """At once."""
        by_who: dict[str, list[str]] = {}
        for line in lines:
            by_who.setdefault(line.who, []).append(line.text)
        return Judgement(by=WORD_LIST, opinions=tuple(_counted(who, said) for who, said in by_who.items()))

    def owing(self, lines: Sequence[Heard], intents: Sequence[Watched] = ()) -> tuple[Used, ...]:
        """Nothing."""
        return ()


class ModelJudge:
    """A text model, in its strict form. `title` is the vendor as people know it."""

    def __init__(self, model: TextModel, *, title: str, seconds: float = SECONDS) -> None:
        self._model, self._by, self._seconds = model, f"{title} {model.model}", seconds

    async def judge(self, lines: Sequence[Heard], intents: Sequence[Watched] = (), *, new: int = 0) -> Judgement:
        """One request; raises `ProviderError`, one with its likely usage when it took too long."""
        told, text = _told(intents), _lines(lines)
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._model.answer(told, text, _schema(intents))
        except (TimeoutError, ProviderTimedOut):  # it was asked, and is paid for
            owing = self.owing(lines, intents)
            raise ProviderTimedOut("The mood was not judged in time.", used=owing) from None
        found = answer.found or {}
        return Judgement(
            by=self._by,
            opinions=_opinions(found.get("speakers"), lines),
            meant=_meant(found.get("cues"), lines, intents, new),
            used=answer.used,
        )

    def owing(self, lines: Sequence[Heard], intents: Sequence[Watched] = ()) -> tuple[Used, ...]:
        """By the length of what was asked."""
        return estimated(self._model, _told(intents), [Said(who="caller", text=_lines(lines))], "")


def mood_of(score: float) -> str:
    """The mood that a score stands for."""
    return "positive" if score >= PLAIN else "negative" if score <= -PLAIN else "neutral"


def counted(texts: Sequence[str]) -> float:
    """A score by the word list: kind words less angry ones, of all of them."""
    found = [kind_and_angry(text) for text in texts]
    kind, angry = sum(one for one, _ in found), sum(one for _, one in found)
    return round((kind - angry) / (kind + angry), 2) if kind + angry else 0.0


def _counted(who: str, said: list[str]) -> Opinion:
    score = counted(said)
    return Opinion(who=who, mood=mood_of(score), score=score)


def _told(intents: Sequence[Watched]) -> str:
    """What is the same for every call comes first, so that it can be cached."""
    meant = [CUES, *(f"  {cue.key}: {quoted(cue.intent)}{_by(cue)}" for cue in intents)] if intents else []
    return "\n\n".join([TASK, "\n".join([ANSWER, *meant])])


def _by(cue: Watched) -> str:
    return f" (only when the {cue.who} says it)" if cue.who else ""


def _lines(lines: Sequence[Heard]) -> str:
    return "\n".join(f"{place} {line.who}: {quoted(line.text[:LONGEST_LINE])}" for place, line in enumerate(lines))


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _schema(intents: Sequence[Watched]) -> dict[str, Any]:
    speaker = _object(
        {
            "who": {"type": "string", "enum": [CALLER, PERSON]},
            "mood": {"type": "string", "enum": list(MOODS)},
            "score": {"type": "number"},
            "topics": {"type": "array", "items": {"type": "string"}},
        }
    )
    cue = _object({"cue": {"type": "string", "enum": [cue.key for cue in intents]}, "line": {"type": "integer"}})
    cues = {"cues": {"type": "array", "items": cue}} if intents else {}
    return {"title": "CallMoment", **_object({"speakers": {"type": "array", "items": speaker}, **cues})}


def _opinions(given: object, lines: Sequence[Heard]) -> tuple[Opinion, ...]:
    """The first opinion on each who spoke; what makes no sense is left out."""
    spoke = {line.who for line in lines}
    found: dict[str, Opinion] = {}
    for one in given if isinstance(given, list) else ():
        who = one.get("who") if isinstance(one, Mapping) else None
        if isinstance(who, str) and who in spoke and who not in found:
            mood, score = one.get("mood"), _score(one.get("score"))
            if mood in MOODS:
                told = score if score is not None and mood_of(score) == mood else SCORES[str(mood)]
                found[who] = Opinion(who=who, mood=str(mood), score=told, topics=_topics(one.get("topics")))
    return tuple(found.values())


SCORES = {"positive": 0.5, "neutral": 0.0, "negative": -0.5}  # where a model's own score says something else


def _score(said: object) -> float | None:
    if isinstance(said, bool) or not isinstance(said, int | float) or not math.isfinite(said):
        return None
    return round(max(-1.0, min(1.0, float(said))), 2)


def _topics(given: object) -> tuple[str, ...]:
    many = given if isinstance(given, list) else []
    told = [one_line(topic)[:LONGEST_TOPIC] for topic in many if isinstance(topic, str)]
    return tuple(dict.fromkeys(topic for topic in told if topic))[:MOST_TOPICS]


def _meant(
    given: object, lines: Sequence[Heard], intents: Sequence[Watched], new: int
) -> tuple[tuple[Watched, int], ...]:
    by_key = {cue.key: cue for cue in intents}
    found: dict[tuple[Watched, int], None] = {}
    for one in given if isinstance(given, list) else ():
        cue, line = (by_key.get(str(one.get("cue"))), one.get("line")) if isinstance(one, Mapping) else (None, None)
        if not cue or not isinstance(line, int) or isinstance(line, bool) or not new <= line < len(lines):
            continue
        if cue.may_be_of(lines[line].who):
            found[cue, line] = None
    return tuple(found)
