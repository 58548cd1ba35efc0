"""Silence, misfits and waiting: how long, how often, what is said, and where callers are led after the last attempt."""

import re
from collections.abc import Iterator

from flows.engine.digits import mask_length
from flows.engine.machine import Flow
from flows.engine.step import Step, params
from flows.practice import mends
from flows.practice.paths import ends_at_once, next_of
from flows.practice.reading import (
    heard,
    is_english,
    is_menu,
    number,
    of_asking,
    of_menus,
    prompt_of,
    setting,
    text,
)
from flows.practice.rule import Found, Severity, rule

USUAL, USUAL_NEXT = 6.0, 3.0  # seconds for the first key, and for the next
FIRST_KEY = (4.0, 10.0)  # seconds
FETCHING = 15.0  # seconds, where callers look for a card or a letter
NEXT_KEY = (2.0, 5.0)  # seconds
MOST_TIMES = {True: 4, False: 3}  # for menus, for answers
OPEN_ENDED = frozenset({"number", "date"})  # kinds of answer that are typed and have no fixed length
KEYS = re.compile(  # a line may have menus in a second language
    r"\b(press|keys?|keypad|type|dial|enter|oprima|marque|pulse|presione|teclas?|appuyez|touches?|drücken|tasten?)\b",
    re.IGNORECASE,
)


@rule(
    "T01",
    Severity.WARNING,
    title="Time for the first key",
    why="Too short, and callers are cut off while they think; too long, and the line seems dead.",
)
def time_for_the_first_key(flow: Flow) -> Iterator[Found]:
    for key, step in of_asking(flow):
        seconds, most = number(step, "first_key_seconds"), FIRST_KEY[1] if is_menu(step) else FETCHING
        if seconds < FIRST_KEY[0]:
            sentence = f"{seconds:g} seconds are too short to think. Give callers {USUAL:g}."
            mend = mends.number_to(flow, key, "first_key_seconds", USUAL)
            yield Found(step=key, field="first_key_seconds", sentence=sentence, mend=mend)
        elif seconds > most:
            sentence = f"{seconds:g} seconds of silence feel like a dead line. Wait {USUAL:g}, and ask again instead."
            mend = mends.number_to(flow, key, "first_key_seconds", USUAL)
            yield Found(step=key, field="first_key_seconds", sentence=sentence, mend=mend)


@rule(
    "T02", Severity.WARNING, title="Time between keys", why="Half a number is taken for the whole, or nothing happens."
)
def time_between_keys(flow: Flow) -> Iterator[Found]:
    for key, step in of_asking(flow):
        seconds = number(step, "between_keys_seconds")
        one_key = is_menu(step) and all(len(option.outcome) == 1 for option in step.options)
        if not one_key and not NEXT_KEY[0] <= seconds <= NEXT_KEY[1]:
            sentence = f"Callers have {seconds:g} seconds for the next key. Give them {USUAL_NEXT:g}."
            mend = mends.number_to(flow, key, "between_keys_seconds", USUAL_NEXT)
            yield Found(step=key, field="between_keys_seconds", sentence=sentence, mend=mend)
        elif not one_key and seconds >= number(step, "first_key_seconds"):
            sentence = (
                f"Callers wait {seconds:g} seconds after each key, as long as for the first. Give them {USUAL_NEXT:g}."
            )
            mend = mends.number_to(flow, key, "between_keys_seconds", USUAL_NEXT)
            yield Found(step=key, field="between_keys_seconds", sentence=sentence, severity=Severity.ERROR, mend=mend)


@rule(
    "T03",
    Severity.ERROR,
    title="A key that ends the entry",
    why="Callers who have typed everything wait in silence, and believe that the line is dead.",
)
def a_key_that_ends(flow: Flow) -> Iterator[Found]:
    for key, step in of_asking(flow):
        if setting(step, "terminator") == "" and _may_be_longer(step):
            sentence = (
                "Nothing ends an entry that may be shorter or longer. Choose the key #, and name it in the prompt."
            )
            yield Found(step=key, field="terminator", sentence=sentence, mend=mends.let_a_key_end_it(flow, key))


@rule("T04", Severity.WARNING, title="Ask two or three times", why="Once is unfair, and the fourth time is a torment.")
def two_or_three_times(flow: Flow) -> Iterator[Found]:
    for key, step in of_asking(flow):
        attempts, most = number(step, "attempts"), MOST_TIMES[is_menu(step)]
        if attempts <= 1:
            sentence = "Callers are asked only once, and noise on the line is enough to fail. Ask up to three times."
            yield Found(step=key, field="attempts", sentence=sentence, mend=mends.number_to(flow, key, "attempts", 3))
        elif attempts > most:
            sentence = f"Callers are asked {attempts:g} times. After {most}, lead them to somebody who can help."
            mend = mends.number_to(flow, key, "attempts", most)
            yield Found(step=key, field="attempts", sentence=sentence, mend=mend)


@rule(
    "T05", Severity.WARNING, title="Help when asking again", why="The same words again help nobody who failed on them."
)
def help_when_asking_again(flow: Flow) -> Iterator[Found]:
    for key, step in of_asking(flow):
        said = {heard(step)[0]: prompt_of(step)}
        for name in _asked_again(step):
            words = text(step, name)
            before = next((other for other, known in said.items() if known == words.strip()), "")
            if words.strip() and before:
                label = params(type(step))[before].label
                sentence = f"This is the same as “{label}”. Say what was wrong, and how to answer."
                mend = mends.usual_words(flow, key, name, said.values())
                yield Found(step=key, field=name, sentence=sentence, mend=mend)
            said.setdefault(name, words.strip())


@rule(
    "T06",
    Severity.ERROR,
    title="Never hang up on callers who failed",
    why="Callers who could not answer still want something: sent away, they call again.",
    of_whole=True,
)
def never_hang_up_on_them(flow: Flow) -> Iterator[Found]:
    for key, step in of_asking(flow):
        for outcome, closing in (("no-input", "no_input_last"), ("no-match", "no_match_last")):
            there = next_of(flow, key, outcome)
            if not there or not ends_at_once(flow, there):
                continue
            if not text(step, closing).strip() and not any(said.strip() for said in flow.steps[there].prompts()):
                sentence = "The call ends here without a word. Lead callers to a person, voicemail or an AI step."
                mend = mends.lead_to_people(flow, key, outcome)
                yield Found(step=key, field=f"exit:{outcome}", sentence=sentence, mend=mend)
            elif outcome == "no-match" and is_menu(step):
                sentence = "Callers who tried are sent away here. Lead them to a person, voicemail or an AI step."
                mend = mends.lead_to_people(flow, key, outcome)
                yield Found(step=key, field=f"exit:{outcome}", sentence=sentence, severity=Severity.WARNING, mend=mend)


@rule(
    "T07", Severity.WARNING, title="Keys after misfits", why="Who is not understood twice will not be the third time."
)
def keys_after_misfits(flow: Flow) -> Iterator[Found]:
    for key, step in of_menus(flow) if is_english(flow) else ():
        said = " ".join([prompt_of(step), *(text(step, name) for name in _asked_again(step))])
        if setting(step, "speech") and number(step, "attempts") > 2 and not KEYS.search(said):
            sentence = "Nothing tells callers which keys to press when they are not understood. Name the keys here."
            yield Found(step=key, field="no_match_2", sentence=sentence)


def _asked_again(step: Step) -> list[str]:
    """The settings with what is said before asking again, in the order of the attempts that a step has."""
    again = [name for name in params(type(step)) if name.startswith(("no_input", "no_match", "wrong"))]
    return [name for name in again if not name.endswith("_last") and not (name[-1:] == "2" and _asks_twice(step))]


def _asks_twice(step: Step) -> bool:
    return number(step, "attempts") <= 2


def _may_be_longer(step: Step) -> bool:
    """Whether keys are typed here whose number is not known before."""
    if "most" not in params(type(step)):
        return text(step, "wants") in OPEN_ENDED
    if mask := text(step, "mask"):
        return mask_length(mask)[1]
    return number(step, "fewest") != number(step, "most")
