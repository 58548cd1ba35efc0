"""Keys and speech: what must be typed, when callers may interrupt, what is confirmed and what is asked twice."""

import re
from collections import Counter
from collections.abc import Iterator

from flows.engine.machine import Flow
from flows.engine.step import Step, params
from flows.practice import mends
from flows.practice.paths import reachable
from flows.practice.reading import (
    about,
    affirmed,
    heard,
    is_english,
    of_asking,
    prompt_of,
    seconds_of,
    setting,
    text,
)
from flows.practice.rewording import PRESS_OR_SAY, without_press_or_say
from flows.practice.rule import Found, Severity, rule

NOTICE = 10.0  # seconds of a legal notice that may be heard out
MANY_CONFIRMED = 3  # answers
ANYTHING = "text"  # the kind of answer that is only said

WHICH = r"account|order|customer|card|phone|telephone|policy|invoice|reference|tracking|booking|member(?:ship)?|case"
ASKS_FOR_DIGITS = re.compile(
    rf"\b(say|tell|give|state|type|enter|what is|what[’']s)\b[^.?!]*?\b((?:{WHICH}) number|PIN)\b", re.IGNORECASE
)
COSTLY = re.compile(r"\b(appointment|payment|to pay|booking|reservation|opt[- ]?out|unsubscribe)\b", re.IGNORECASE)
THEIR_NUMBER = re.compile(r"\b(your|which) (own )?((tele)?phone|mobile|cell) number\b|call(ing)? from", re.IGNORECASE)


@rule(
    "K01",
    Severity.ERROR,
    title="Numbers can be typed",
    why="Most callers type a number even when they are asked to say it, and many do not want to be overheard.",
)
def numbers_can_be_typed(flow: Flow) -> Iterator[Found]:
    for key, step in of_asking(flow) if is_english(flow) else ():
        name, prompt = heard(step)
        if setting(step, "wants") == ANYTHING and (found := ASKS_FOR_DIGITS.search(prompt)):
            sentence = f"This asks for “{found[2]}”, which callers cannot type here. Take “Ask for a number” instead."
            yield Found(step=key, field=name, sentence=sentence)


@rule(
    "K02", Severity.WARNING, title="No “press or say”", why="It makes every choice longer; callers know they may speak."
)
def no_press_or_say(flow: Flow) -> Iterator[Found]:
    for key, step in of_asking(flow) if is_english(flow) else ():
        name, prompt = heard(step)
        if found := PRESS_OR_SAY.search(prompt):
            sentence = f"Leave out “{found[0]}”. Name the keys, and add “or just say it” once, at the end."
            mend = mends.reword(flow, name, prompt, without_press_or_say(prompt), f"Take “{found[0]}” for “press”")
            yield Found(step=key, field=name, sentence=sentence, mend=mend)


@rule("K04", Severity.WARNING, title="Callers may interrupt", why="Who calls often knows what to do, and has to wait.")
def callers_may_interrupt(flow: Flow) -> Iterator[Found]:
    for key, step in flow.steps.items():
        if setting(step, "barge_in") is not False or setting(step, "speech") is False:
            continue
        if (seconds := seconds_of(prompt_of(step))) > NOTICE:
            sentence = f"Callers cannot cut these {about(seconds)} short. Allow it, unless the law wants it heard out."
            yield Found(step=key, field="barge_in", sentence=sentence, mend=mends.turn_on(flow, key, "barge_in"))


@rule(
    "K06",
    Severity.ERROR,
    title="Confirm what is costly, and only that",
    why="A mistake with a date or a payment is found out too late; being asked “is this right” each time is tiresome.",
)
def confirm_what_is_costly(flow: Flow) -> Iterator[Found]:
    asked = [(key, step) for key, step in of_asking(flow) if _can_be_read_back(step)]
    if len(asked) >= MANY_CONFIRMED and all(setting(step, "read_back") for _, step in asked):
        sentence = f"All {len(asked)} answers of this flow are read back. Do it where a mistake is costly."
        yield Found(step=asked[0][0], field="read_back", sentence=sentence, severity=Severity.WARNING)
    for key, step in asked if is_english(flow) else ():
        if not setting(step, "read_back") and (found := COSTLY.search(prompt_of(step))):
            sentence = f"A mistake about “{found[0]}” is costly. Read the answer back, and let callers change it."
            yield Found(step=key, field="read_back", sentence=sentence, mend=mends.turn_on(flow, key, "read_back"))


@rule("K07", Severity.HINT, title="Ask only once", why="Callers who are asked again believe that nobody listened.")
def ask_only_once(flow: Flow) -> Iterator[Found]:
    kept = {key: text(step, "answer") for key, step in of_asking(flow) if text(step, "answer")}
    told: set[str] = set()
    times = Counter(kept.values())
    for key, answer in ((key, answer) for key, answer in kept.items() if times[answer] > 1):
        again = [there for there in reachable(flow, [key]) if there != key and kept.get(there) == answer]
        if again and key not in told:
            told.update(again)
            sentence = (
                f"“{flow.name_of(again[0])}” asks for “{answer}” again; its answer takes the place of this one. "
                "Give it another name, or ask once."
            )
            yield Found(step=key, field="answer", sentence=sentence)
    for key, step in of_asking(flow) if is_english(flow) else ():
        name, prompt = heard(step)
        if any(THEIR_NUMBER.search(sentence) for sentence in affirmed(prompt)):
            yield Found(
                step=key, field=name, sentence="The line knows the number callers call from. Ask only for another."
            )


def _can_be_read_back(step: Step) -> bool:
    """Whether this is an answer that is read back where the builder wants it: not a secret one, nor yes or no."""
    if "read_back" not in params(type(step)) or step.is_secret:
        return False
    return text(step, "wants") not in (ANYTHING, "yes-no")
