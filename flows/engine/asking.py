"""Asking the caller something, waiting for keys or speech, and asking again: what menus and questions share. Pure.

One asking is one turn. The prompt plays; a key cuts it at once, speech where barge-in is on; then a timer runs. An
attempt fails by silence (`no-input`) or by an answer that does not fit (`no-match`). A failed attempt asks again in a
new turn; after the last one the caller hears a closing text, and then leaves.

Words that a step does not understand by itself may be understood by a model (`find_out`). While that lasts, a key wins
and new words take the place of the old; after `UNDERSTAND_SECONDS` they count as not understood.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import ClassVar

from flows.engine import commands as do
from flows.engine import events as on
from flows.engine.matching import is_sure, words
from flows.engine.step import HEARD, FieldProblem, Leave, Move, Outcome, Retry, State, Stay, Step, also, param, prompt
from flows.engine.telling import quoted
from flows.engine.values import value

WAIT = "wait"
LONGEST_SENTENCE_SECONDS = 8.0  # a caller who has begun to speak is not taken for silent before this
UNDERSTAND_SECONDS = 3.0  # longer than the line waits for its model, which answers first
MOST_WORDS = 500  # characters of what a caller says that are kept, or given to a model
PERSON_KEY = "0"
ANSWERING = "How callers may answer"
TERMINATORS = (("#", "# (pound)"), ("*", "* (star)"), ("", "no key"))

PERSON = Outcome(name="person", label="the caller asked for a person", help="They pressed 0, or asked for one.")
NO_INPUT = Outcome(name="no-input", label="no answer at all")
NO_MATCH = Outcome(name="no-match", label="no answer fitted")


@value
class Asked:
    """What a step remembers while it asks; plain data in `State.scratch`.

    `keys` is what was typed or said so far of an answer that may go on. `heard` tells each failed attempt in words,
    `entry` is a complete answer that is to be confirmed, `closing` the outcome that follows once the closing text was
    heard. `pondered` are the caller's words while a model finds out what they mean, `today` the day on which the caller
    is asked, where that matters (ISO 8601).
    """

    attempt: int = 1
    keys: str = ""
    heard: tuple[str, ...] = ()
    playing: bool = True
    entry: str = ""
    closing: str = ""
    pondered: str = ""
    today: str = ""


@dataclass(frozen=True, kw_only=True)
class Asking(Step):
    """A step that asks. A kind says what keys and words mean, and what is said after a failed attempt."""

    waits: ClassVar[bool] = True
    takes_keys: ClassVar[bool] = True

    prompt: str = prompt(
        "What callers are asked. In a menu, say what they get first, and its key last.", label=HEARD, required=True
    )
    speech: bool = param(
        "Callers may also say their answer. The keys always work.",
        label="Callers may speak",
        default=True,
        group=ANSWERING,
    )
    barge_in: bool = param(
        "Callers may begin to speak before the prompt ends. Keys always cut it short.",
        label="Callers may speak early",
        default=True,
        group=ANSWERING,
    )
    offer_person: bool = param(
        "Callers may ask for a person at any time, by saying “agent” or pressing 0.",
        label="Offer a person",
        default=True,
        group=ANSWERING,
    )
    attempts: int = param(
        "How often callers are asked before the step gives up. Three is usual.",
        label="How often to ask",
        default=3,
        min=1,
        max=5,
        fold=True,
    )
    first_key_seconds: float = param(
        "How long to wait for the first key or word after the prompt, in seconds. Allow 10 to 15 when callers must "
        "fetch a card or a letter.",
        label="Wait for the first key",
        default=6.0,
        min=1,
        max=30,
        fold=True,
    )
    between_keys_seconds: float = param(
        "How long to wait for the next key of a longer entry, in seconds.",
        label="Wait between keys",
        default=3.0,
        min=1,
        max=15,
        fold=True,
    )
    terminator: str = param(
        "The key that ends a longer entry at once.",
        label="End key",
        default="#",
        choices=TERMINATORS,
        max_length=1,
        fold=True,
    )
    sureness: float = param(
        "How sure a language model must be of what callers mean, from 0.5 to 1. With less they are asked again. Only "
        "where the site has such a model.",
        label="How sure to be",
        default=0.7,
        min=0.5,
        max=1,
        fold=True,
    )

    # what a kind decides

    def listens(self) -> bool:
        """Whether speech is understood at all."""
        return self.speech

    def sayable(self) -> tuple[str, ...]:
        """What callers are likely to say here."""
        raise NotImplementedError

    def key_pressed(self, asked: Asked, key: str) -> Move:
        """One key, at any time but during the closing text."""
        raise NotImplementedError

    def keys_complete(self, asked: Asked) -> Move:
        """No more keys follow: what do those in `asked.keys` mean?"""
        raise NotImplementedError

    def spoken(self, asked: Asked, event: on.UtteranceHeard) -> Move:
        """The caller said something."""
        raise NotImplementedError

    def understood(self, asked: Asked, said: str, meant: str) -> Move:
        """What came of `find_out`: the words, and what they mean as the engine told it, "" when it is not sure."""
        raise NotImplementedError

    def silent(self, asked: Asked) -> Move:
        """The caller gave no answer in time."""
        raise NotImplementedError

    def closing_text(self, outcome: str) -> str:
        """What is said after the last attempt; "" for nothing."""
        return ""

    def late_key(self, asked: Asked, key: str) -> Move:
        """A key during the closing text."""
        return Stay()

    def hears(self, asked: Asked) -> bool:
        """Whether speech counts at this moment."""
        return self.listens() and (self.barge_in or not asked.playing)

    # what every asking does

    def enter(self, state: State) -> Move:
        listen = [do.Listen(phrases=self.sayable())] if self.listens() else []
        return Stay(commands=[self.say(self.prompt), *listen], scratch=asdict(self.begin(state)))

    def begin(self, state: State) -> Asked:
        """What the step remembers at first."""
        return Asked()

    def handle(self, state: State, event: on.Event) -> Move:
        asked = Asked(**state.scratch)
        match event:
            case on.DigitPressed(digit=""):
                return Stay()
            case on.DigitPressed(digit=key) if asked.closing:
                return self.late_key(asked, key)
            case on.DigitPressed(digit=key):
                return _settled(asked, self.key_pressed(asked, key))
            case on.PromptFinished() if asked.closing:
                return self.leave(replace(asked, playing=False), asked.closing, tried=self.told(asked))
            case on.PromptFinished() if asked.playing:
                return self.wait(replace(asked, playing=False), self.first_key_seconds)
            case on.TimerFired(timer=timer) if timer == WAIT and not asked.closing:
                if asked.pondered:
                    return self._answered(asked, on.Understood())
                return self.keys_complete(asked) if asked.keys else self.silent(asked)
            case on.Understood() if asked.pondered and not asked.closing:
                return self._answered(asked, event)
            case on.SpeechStarted() if self.hears(asked) and not asked.closing:
                return self.wait(asked, max(self.first_key_seconds, LONGEST_SENTENCE_SECONDS))
            case on.UtteranceHeard() if self.hears(asked) and not asked.closing:
                return self._utterance(asked, event)
        return Stay()

    def _utterance(self, asked: Asked, event: on.UtteranceHeard) -> Move:
        if event.text and not words(event.text):  # “uh, please”: the caller is still thinking
            return self.wait(asked, self.first_key_seconds)
        if asked.pondered and not (words(event.text) and is_sure(event.confidence)):
            return Stay()  # a cough is no reason to forget what was said before it
        return _settled(asked, self.spoken(asked, event))

    def _answered(self, asked: Asked, event: on.Understood) -> Move:
        meant = event.answer if event.confidence >= self.sureness else ""
        return self.understood(replace(asked, pondered=""), asked.pondered, meant)

    def find_out(
        self, asked: Asked, text: str, *, wants: str, question: str = "", choices: tuple[do.AgentOutcome, ...] = ()
    ) -> Move:
        """Have it found out what these words mean, as a new turn: an answer about earlier words is stale then.

        Callers pause within a sentence, so what was being found out already belongs to it.
        """
        whole = " ".join(f"{asked.pondered} {text}".split())[-MOST_WORDS:]
        command = do.Understand(
            asked=question or self.prompt,
            said=whole,
            wants=wants,
            choices=choices,
            today=asked.today,
            floor=self.sureness,
        )
        return Retry(
            commands=[*stop(asked), command, do.StartTimer(seconds=UNDERSTAND_SECONDS, timer=WAIT)],
            scratch=asdict(replace(asked, playing=False, pondered=whole)),
        )

    def say(self, *texts: str) -> do.Play:
        """The command that asks: these texts, without the empty ones."""
        return do.Play(texts=tuple(text for text in texts if text), barge_in=self.barge_in)

    def wait(self, asked: Asked, seconds: float) -> Stay:
        """Silence the prompt, and wait for what comes next."""
        return Stay(
            commands=[*stop(asked), do.StartTimer(seconds=seconds, timer=WAIT)],
            scratch=asdict(replace(asked, playing=False)),
        )

    def ask(self, asked: Asked, *texts: str) -> Retry:
        """Ask in a new turn."""
        fresh = replace(asked, keys="", pondered="", playing=True)
        return Retry(commands=[*stop(asked), self.say(*texts)], scratch=asdict(fresh))

    def leave(self, asked: Asked, outcome: str, *, tried: str = "", answers: dict[str, str] | None = None) -> Leave:
        """Leave, with the line silent and nobody listening."""
        commands = [*stop(asked), *([do.StopListening()] if self.listens() else [])]
        return Leave(outcome=outcome, commands=commands, answers=answers or {}, tried=tried)

    def failed(self, asked: Asked, outcome: str, heard: str, *texts: str) -> Move:
        """An attempt failed: take the early exit for it, or ask again with `texts`; after the last, give up."""
        asked, missed = replace(asked, heard=(*asked.heard, heard)), do.LogMissed(what=outcome)
        if asked.attempt >= self.attempts:
            return also(self._give_up(asked, outcome), missed)
        again = also(self.ask(replace(asked, attempt=asked.attempt + 1), *texts), missed)
        early = f"{outcome}-{asked.attempt}"
        if early not in {known.name for known in self.outcomes()}:
            return again
        return replace(also(self.leave(asked, early, tried=self.told(asked)), missed), otherwise=again)

    def _give_up(self, asked: Asked, outcome: str) -> Move:
        text = self.closing_text(outcome)
        if not text:
            return self.leave(asked, outcome, tried=self.told(asked))
        return Retry(
            commands=[*stop(asked), do.Play(texts=(text,), barge_in=False)],
            scratch=asdict(replace(asked, keys="", pondered="", playing=True, closing=outcome)),
        )

    def told(self, asked: Asked, *did: str) -> str:
        """What happened here, as a sentence for a later agent; `did` comes after the failed attempts."""
        acts = [(act, len(list(same))) for act, same in groupby((*asked.heard, *did))]
        story = ", then ".join(act if times == 1 else f"{act} ({times} times)" for act, times in acts)
        return f"Asked {quoted(self.prompt)}, the caller {story}."

    def problems(self) -> Iterable[FieldProblem]:
        if self.between_keys_seconds >= self.first_key_seconds:
            sentence = "Make this shorter than the wait for the first key; 3 and 6 seconds are usual."
            yield FieldProblem(field="between_keys_seconds", sentence=sentence)


def _settled(asked: Asked, move: Move) -> Move:
    """A key or plain words win over those that are still being found out about: nobody waits for the answer now."""
    if not asked.pondered or move == Stay() or any(isinstance(command, do.Understand) for command in move.commands):
        return move
    move = replace(move, commands=[do.StopUnderstanding(), *move.commands])
    return move if isinstance(move, Leave) else replace(move, scratch={**(move.scratch or {}), "pondered": ""})


def stop(asked: Asked) -> Iterator[do.Command]:
    """Silence the line if something may still be playing."""
    if asked.playing:
        yield do.StopPlaying()
