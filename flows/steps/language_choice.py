"""Let callers choose their language; from there on the whole call is in it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from flows.engine.answers import Answer
from flows.engine.commands import Listen, Play, StartTimer, StopListening, StopPlaying
from flows.engine.events import DigitPressed, Event, PromptFinished, SpeechStarted, TimerFired, UtteranceHeard
from flows.engine.languages import known, short_name
from flows.engine.matching import Choices, match
from flows.engine.step import FieldProblem, Leave, Move, Outcome, Retry, State, Stay, Step, param, prompt, step_type

CHOSEN = Outcome(
    name="chosen", label="a language was chosen", help="From here on callers hear everything in their language."
)
NO_INPUT = Outcome(
    name="no-input",
    label="no language was chosen",
    optional=True,
    when_open="callers go on in the first language",
    help="They neither pressed a key nor named a language.",
)
WAIT = "wait"
SPEAKS_SECONDS = 8.0  # a caller who has begun to speak is heard out
MOST_LANGUAGES = 9  # one key each
ANSWER = "language"


@step_type("language_choice", title="Language choice", question="Let callers choose their language", shape="diamond")
class LanguageChoice(Step):
    """Callers hear one line in each language, and press its key or say its name. The call then goes on in it.

    The languages and their order are those of the line itself. Write each one's own sentence on the page “Languages”.
    """

    waits: ClassVar[bool] = True
    takes_keys: ClassVar[bool] = True
    own_outcomes: ClassVar[tuple[Outcome, ...]] = (CHOSEN, NO_INPUT)

    prompt: str = prompt(
        "How this language is offered, with its key. Each further language has its own line and the next key, on the "
        "page “Languages”, such as “Para español, oprima el 2”.",
        label="What callers hear",
        default="For English, press 1.",
        required=True,
        inserts=False,
    )
    speech: bool = param(
        "Callers may also say the name of their language.",
        label="Callers may speak",
        default=True,
    )
    times: int = param(
        "How often callers are asked. After that the call goes on in the first language.",
        label="How often to ask",
        default=2,
        min=1,
        max=3,
        fold=True,
    )
    first_key_seconds: float = param(
        "How long to wait for a key or a word after the last line, in seconds.",
        label="Wait for the first key",
        default=4.0,
        min=1,
        max=15,
        fold=True,
    )
    languages: tuple[str, ...] = ()

    def among(self, own: str, further: Sequence[str]) -> "Step":
        return replace(self, languages=(own, *further)[:MOST_LANGUAGES])

    def in_language(self, language: str) -> "Step":
        return self  # it speaks all of them

    def gives(self) -> Iterable[Answer]:
        yield Answer(name=ANSWER)

    def enter(self, state: State) -> Move:
        if len(self.languages) < 2:
            return self._leave(CHOSEN.name, 0)
        listen = [Listen(phrases=self._choices().sayable())] if self.speech else []
        return Stay(commands=[*self._lines(), *listen], scratch={"attempt": 1, "playing": True})

    def handle(self, state: State, event: Event) -> Move:
        scratch = state.scratch
        match event:
            case DigitPressed(digit=key):
                return self._heard(scratch, int(key) - 1 if key.isdigit() else -1)
            case UtteranceHeard() if self.speech:
                meant = match(event.text, event.confidence, self._choices())
                return self._heard(scratch, int(meant) if meant else -1)
            case PromptFinished() if scratch.get("playing"):
                return self._wait(scratch, self.first_key_seconds)
            case SpeechStarted() if self.speech:
                return self._wait(scratch, SPEAKS_SECONDS)
            case TimerFired(timer=timer) if timer == WAIT:
                return self._again(scratch)
        return Stay()

    def problems(self) -> Iterable[FieldProblem]:
        if len(self.languages) == 1:
            sentence = "There is nothing to choose yet. Add a further language under “The line”."
            yield FieldProblem(field="", sentence=sentence)

    def _heard(self, scratch: Any, place: int) -> Move:
        return self._leave(CHOSEN.name, place) if 0 <= place < len(self.languages) else self._again(scratch)

    def _again(self, scratch: Any) -> Move:
        """Offer the languages once more; after the last time, go on in the first: nobody is stuck here."""
        attempt = scratch.get("attempt", 1) + 1
        if attempt > self.times:
            return self._leave(NO_INPUT.name, 0)
        return Retry(commands=[StopPlaying(), *self._lines()], scratch={"attempt": attempt, "playing": True})

    def _wait(self, scratch: Any, seconds: float) -> Move:
        stop = [StopPlaying()] if scratch.get("playing") else []
        timer = StartTimer(seconds=seconds, timer=WAIT)
        return Stay(commands=[*stop, timer], scratch={**scratch, "playing": False})

    def _leave(self, outcome: str, place: int) -> Leave:
        language = self.languages[place] if self.languages else ""
        name = short_name(language) if language else ""
        return Leave(
            outcome=outcome,
            commands=[StopPlaying(), *([StopListening()] if self.speech else [])],
            answers={ANSWER: name} if name else {},
            otherwise=self._leave(CHOSEN.name, place) if outcome != CHOSEN.name else None,
            language=language if place else "",
        )

    def _lines(self) -> list[Play]:
        """One line after the other, each in its own voice. What is not written yet is offered by its name alone."""
        own, *further = self.languages
        lines = [Play(texts=(self.prompt,))]
        for language in further:
            written = self.translations.get(language, {}).get("prompt", "").strip()
            lines += [Play(texts=(written,), language=language)] if written else []
        return lines

    def _choices(self) -> Choices:
        return Choices(
            phrases={str(place): known(code).words for place, code in enumerate(self.languages)},
            keys={str(place + 1): str(place) for place in range(len(self.languages))},
        )
