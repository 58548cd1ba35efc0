"""What the scripted assistant says, and when it is done. Pure and deterministic: no audio, no clock, no model.

It knows the questions and answers that a builder wrote, the words by which callers ask for each outcome, and a handful
of its own. What it does not recognise it says so, and the second time in a row it gives up.
"""

from collections.abc import Iterable

from flows.engine.commands import AgentOutcome
from flows.engine.events import value
from flows.engine.matching import NO_WORDS, PERSON_WORDS, YES_WORDS, Choices, match, words
from streams.ai.provider import AgentBrief

PERSON, SOLVED, COULD_NOT_HELP = "person", "solved", "could-not-help"
MISSES = 2  # in a row: after that a caller wants somebody else
TOPICS_NAMED = 4  # nobody keeps more in mind

INTRODUCTION = "I am an automated assistant."
GREETING = "How can I help you?"
ANYTHING_ELSE = "Can I help you with anything else?"
GO_ON = "What would you like to know?"
NOT_UNDERSTOOD = "Sorry, I did not understand that."
STILL_THERE = "Are you still there?"
ONE_MOMENT = "All right. One moment, please."
GOODBYE = "Thank you for calling. Goodbye."
WELCOME = "You are welcome. You can hang up now, or ask me something else."
GIVING_UP = "I am sorry that I cannot help you with this."

CLOSING_WORDS = (*NO_WORDS[:2], "no thanks", "no thank you", "that is all", "nothing else", "goodbye", "bye")
AGREEING_WORDS = YES_WORDS[:3]


@value
class Reply:
    """What to say next. `ends` names the outcome that the conversation ends with; "" when it goes on."""

    text: str
    ends: str = ""


class Script:
    """One conversation with one caller."""

    def __init__(self, brief: AgentBrief) -> None:
        self._brief = brief
        self._names = {outcome.name for outcome in brief.outcomes}
        self._misses = 0
        meant = _meanings(brief)
        self._person = Choices(phrases={PERSON: meant[PERSON]})
        self._choices = Choices(phrases=meant)
        self.phrases = self._choices.sayable()

    def begin(self) -> Reply:
        """The first words: what this is, then the builder's greeting."""
        greeting = self._brief.greeting.strip() or GREETING
        return Reply(text=greeting if "automated" in words(greeting) else f"{INTRODUCTION} {greeting}")

    def hear(self, text: str, confidence: float) -> Reply:
        """The caller said this; "" is speech that nobody understood."""
        asked = match(text, confidence, self._person) or match(text, confidence, self._choices)
        if asked is None:
            return self._miss(NOT_UNDERSTOOD)
        self._misses = 0
        kind, _, name = asked.partition(":")
        if kind == "answer":
            return Reply(text=f"{self._brief.knowledge[int(name)].answer} {ANYTHING_ELSE}")
        if kind == "yes":
            return Reply(text=GO_ON)
        if kind == "closing":
            return Reply(text=GOODBYE, ends=SOLVED) if SOLVED in self._names else Reply(text=WELCOME)
        return Reply(text=GOODBYE if name == SOLVED else ONE_MOMENT, ends=name or PERSON)

    def silence(self) -> Reply:
        """The caller said nothing for a long while."""
        return self._miss(STILL_THERE)

    def _miss(self, text: str) -> Reply:
        self._misses += 1
        if self._misses >= MISSES:
            return Reply(text=GIVING_UP, ends=COULD_NOT_HELP)
        return Reply(text=f"{text} {self._hint()}")

    def _hint(self) -> str:
        """What can be said here: callers cannot guess what a script knows."""
        topics = [_ways(known.question)[0] for known in self._brief.knowledge if _ways(known.question)]
        person = f"say “{self._person.phrases[PERSON][0]}” for a person."
        if not topics:
            return f"Please {person}"
        return f"You can ask about {', '.join(topics[:TOPICS_NAMED])}, or {person}"


def _meanings(brief: AgentBrief) -> dict[str, tuple[str, ...]]:
    """Phrases by what they mean. A phrase that was given two meanings keeps the first: never ambiguous."""
    taken: set[tuple[str, ...]] = set()

    def fresh(phrases: Iterable[str]) -> tuple[str, ...]:
        new = {words(phrase): phrase for phrase in phrases if words(phrase) and words(phrase) not in taken}
        taken.update(new)
        return tuple(new.values())

    named = [outcome for outcome in brief.outcomes if outcome.name != PERSON]
    meant = {f"outcome:{outcome.name}": fresh(outcome.phrases) for outcome in named}
    meant[PERSON] = fresh(_person_phrases(brief.outcomes)) or PERSON_WORDS[:1]
    meant |= {f"answer:{place}": fresh(_ways(known.question)) for place, known in enumerate(brief.knowledge)}
    meant["closing"] = fresh(CLOSING_WORDS)
    meant["yes"] = fresh(AGREEING_WORDS)
    return meant


def _person_phrases(outcomes: Iterable[AgentOutcome]) -> tuple[str, ...]:
    return next((outcome.phrases for outcome in outcomes if outcome.name == PERSON), ()) or PERSON_WORDS


def _ways(question: str) -> list[str]:
    """The ways to ask one thing, as a builder wrote them."""
    return [way.strip() for way in question.split("|") if words(way)]
