"""Menus: how many choices, in which order and words, and whether a person is in reach."""

import re
from collections.abc import Iterator
from itertools import combinations

from flows.engine.machine import Flow
from flows.engine.step import Option, Step
from flows.practice import mends
from flows.practice.paths import finds_people, is_staffed, menus_until, next_of, reaches_people
from flows.practice.reading import (
    PERSON_KEY,
    about,
    heard,
    is_english,
    is_menu,
    of_asking,
    of_menus,
    prompt_of,
    seconds_of,
    sentences,
    setting,
)
from flows.practice.rewording import A_KEY, NUMBERS
from flows.practice.rewording import key_last as turned_round
from flows.practice.rule import Found, Severity, rule

MANY, TOO_MANY = 5, 9  # choices
DEEPEST = 3  # menus before a goal
LONG, TOO_LONG = 20.0, 30.0  # seconds of a menu
LONGEST_PHRASE, MOST_WORDS = 3.5, 9  # seconds and words of one choice
SHARED = 0.6  # of the words of two names
DEGREES = frozenset({"very", "quite", "rather", "not", "extremely"})  # a scale is told by these words alone

PRESS = re.compile(rf"\bpress (?:the )?({A_KEY})(?![0-9])", re.IGNORECASE)
KEY_FIRST = re.compile(rf"\bpress (?:the )?{A_KEY} (?:for|to)\b", re.IGNORECASE)
SAY_ITSELF = re.compile(r"\bfor (?:the )?([^,.]+?),? (?:press \w+ or )?say [“\"‘']?\1\b", re.IGNORECASE)
PERSON_NAMES = re.compile(r"person|operator|agent|reception|represent|somebody|someone|human|help|staff", re.IGNORECASE)
STAR = re.compile(r"back|previous|cancel|return|again|repeat|main|start|other", re.IGNORECASE)
POUND = re.compile(r"done|finish|end|skip|continue|next|again|repeat|other", re.IGNORECASE)
DESTROYS = re.compile(r"\b(delete|cancel|erase|remove|unsubscribe)\b", re.IGNORECASE)
BARE = frozenset(["a", "an", "the", "your", "our", "my", "to", "for", "with", "of", "and", "or"])


@rule("M01", Severity.WARNING, title="Few choices", why="Callers forget the first choices while they hear the last.")
def few_choices(flow: Flow) -> Iterator[Found]:
    for key, step in of_menus(flow):
        count = sum(len(option.outcome) == 1 for option in step.options)  # an extension is known, not chosen
        if count > MANY:
            sentence = (
                f"This menu offers {count} choices, and {MANY} are as many as callers remember. Keep those that most "
                "callers want, and put the others into a menu behind one of them."
            )
            yield Found(step=key, field="options", sentence=sentence, severity=_worse(count > TOO_MANY))


@rule(
    "M02",
    Severity.WARNING,
    title="Few menus in a row",
    why="Callers give up after three menus, or press 0.",
    of_whole=True,
)
def not_too_deep(flow: Flow) -> Iterator[Found]:
    for key, depth in menus_until(flow).items():
        if depth == DEEPEST + 1 and is_menu(flow.steps[key]):
            sentence = f"Callers come here after {DEEPEST} other menus. Offer what is here earlier."
            yield Found(step=key, field="", sentence=sentence)


@rule(
    "M03",
    Severity.ERROR,
    title="A person within reach",
    why="Callers whose wish is not on the menu are stuck: nobody hears them, and they call again.",
    of_whole=True,
)
def person_in_reach(flow: Flow) -> Iterator[Found]:
    depth = menus_until(flow)
    first = next((key for key, menus in depth.items() if menus and is_menu(flow.steps[key])), None)
    near = (key for key, menus in depth.items() if menus <= DEEPEST)
    if first and not any(reaches_people(flow.steps[key]) for key in near):
        sentence = (
            f"Nobody is reached from here within {DEEPEST} menus. Lead one exit to a person, to voicemail, or to "
            "a call back."
        )
        yield Found(step=first, field="exit:person" if _offers_person(flow.steps[first]) else "", sentence=sentence)


@rule(
    "M04",
    Severity.ERROR,
    title="0 reaches a person",
    why="On any line, callers who are lost press 0 for help.",
    of_whole=True,
)
def zero_is_help(flow: Flow) -> Iterator[Found]:
    for key, step in of_menus(flow):
        zero = next((option for option in step.options if option.outcome == PERSON_KEY), None)
        if zero:
            there = next_of(flow, key, PERSON_KEY)
            leads = finds_people(flow, there, through=lambda step: not is_menu(step))
            if not leads and not PERSON_NAMES.search(zero.label):
                sentence = f"0 means “{zero.label}” here. Give it another key, and leave 0 to callers who want help."
                yield Found(step=key, field=f"exit:{PERSON_KEY}", sentence=sentence)
        elif not _offers_person(step) and is_staffed(flow) and not _is_scale(step):
            sentence = "0 does nothing here, though people take calls on this line. Offer a person."
            mend = mends.let_zero_reach_a_person(flow, key)
            yield Found(step=key, field="offer_person", sentence=sentence, severity=Severity.WARNING, mend=mend)


@rule("M05", Severity.WARNING, title="Star goes back, pound ends", why="Callers know these keys from other lines.")
def usual_keys(flow: Flow) -> Iterator[Found]:
    for key, step in of_menus(flow) if is_english(flow) else ():
        for option in step.options:
            usual = {"*": ("to go back", STAR), "#": ("to go on", POUND)}.get(option.outcome)
            if usual and not usual[1].search(option.label):
                sentence = f"{option.outcome} means “{option.label}” here. Callers use it {usual[0]}: take another key."
                yield Found(step=key, field=f"exit:{option.outcome}", sentence=sentence)
            if option.outcome == "9" and DESTROYS.search(option.label):
                sentence = f"9 means “{option.label}” here, and is easily pressed by mistake. Take another key."
                yield Found(step=key, field="exit:9", sentence=sentence)


@rule("M06", Severity.WARNING, title="1 is yes, 2 is no", why="Callers press 1 for yes without listening to the end.")
def yes_is_one(flow: Flow) -> Iterator[Found]:
    wanted = {"yes": "1", "no": "2"}
    for key, step in of_menus(flow):
        for option in step.options:
            usual = wanted.get(option.label.strip().lower(), option.outcome)
            if usual != option.outcome:
                sentence = f"“{option.label}” has the key {option.outcome}. Give it {usual}, as everywhere."
                yield Found(step=key, field=f"exit:{option.outcome}", sentence=sentence)


@rule(
    "M07",
    Severity.WARNING,
    title="What callers get first, the key last",
    why="Callers listen for what they want, and have forgotten a key that was said before it.",
)
def key_last(flow: Flow) -> Iterator[Found]:
    for key, step in of_menus(flow) if is_english(flow) else ():
        name, prompt = heard(step)
        if found := KEY_FIRST.search(prompt):
            sentence = f"“{found[0]}…” says the key first. Turn it round, such as “For billing, press 1”."
            new = turned_round(prompt)
            mend = mends.reword(flow, name, prompt, new, f"Move the key to the end: “{new}”") if new else None
            yield Found(step=key, field=name, sentence=sentence, mend=mend)


@rule("M08", Severity.WARNING, title="Keys in order", why="Callers who hear 1, 3, 2 believe that they missed one.")
def keys_in_order(flow: Flow) -> Iterator[Found]:
    for key, step in of_menus(flow):
        said = [_digit(found) for found in PRESS.findall(prompt_of(step))] if is_english(flow) else []
        keys = [option.outcome for option in step.options if option.outcome in set("12345678")]  # 9 is often “again”
        order = [digit for digit in said if digit in keys] if set(keys) <= set(said) else keys
        if order != sorted(order):
            sentence = f"The keys are offered as {', '.join(order)}. Offer them in order, the most wanted first."
            mend = mends.keys_in_order(flow, key) if order == keys else None
            yield Found(step=key, field="options", sentence=sentence, mend=mend)
        elif gap := next((str(n) for n in range(1, len(keys) + 1) if str(n) not in keys), None):
            yield Found(step=key, field="options", sentence=f"The keys skip {gap}. Number the choices without gaps.")


@rule("M09", Severity.WARNING, title="Names that differ", why="Callers cannot tell two choices apart that sound alike.")
def names_differ(flow: Flow) -> Iterator[Found]:
    for key, step in of_menus(flow):
        for one, other in combinations(step.options, 2):
            mine, yours = _words(one), _words(other)
            shared = len(mine & yours) / max(1, min(len(mine), len(yours)))
            if shared > SHARED and not (mine ^ yours and mine ^ yours <= DEGREES):
                sentence = f"“{one.label}” and “{other.label}” sound alike. Name one by what is different about it."
                yield Found(step=key, field=f"exit:{other.outcome}", sentence=sentence)


@rule("M10", Severity.WARNING, title="One question at a time", why="Callers answer the first question or the last.")
def one_question(flow: Flow) -> Iterator[Found]:
    for key, step in of_asking(flow):
        name, prompt = heard(step)
        if (count := prompt.count("?")) > 1:
            sentence = f"This asks {count} questions at once. Ask one here, and the others in steps of their own."
            yield Found(step=key, field=name, sentence=sentence)


@rule("M11", Severity.HINT, title="No “for billing, say billing”", why="It takes long, and callers know how to speak.")
def not_said_twice(flow: Flow) -> Iterator[Found]:
    for key, step in of_menus(flow) if is_english(flow) else ():
        name, prompt = heard(step)
        if found := SAY_ITSELF.search(prompt):
            sentence = f"“{found[0]}” says it twice. Ask “Billing, support or sales?” instead."
            yield Found(step=key, field=name, sentence=sentence)


@rule("M12", Severity.WARNING, title="Short menus", why="The whole time callers spend with menus is 40 s on average.")
def short_menus(flow: Flow) -> Iterator[Found]:
    for key, step in of_menus(flow):
        name, prompt = heard(step)
        if (seconds := seconds_of(prompt)) > LONG:
            sentence = f"This menu takes {about(seconds)} to hear. Cut it to {LONG:g}: leave out every word you can."
            yield Found(step=key, field=name, sentence=sentence, severity=_worse(seconds > TOO_LONG))
        elif long := next((phrase for phrase in sentences(prompt) if _is_long(phrase)), ""):
            sentence = f"“{long}” is a long way to one key. Say it in {MOST_WORDS} words."
            yield Found(step=key, field=name, sentence=sentence)


@rule("M14", Severity.HINT, title="The same key throughout", why="Callers who call often press without waiting.")
def same_key(flow: Flow) -> Iterator[Found]:
    known: dict[str, str] = {}
    for key, step in of_menus(flow):
        for option in step.options:
            label = option.label.strip().lower()
            before = known.setdefault(label, option.outcome)
            if label and before != option.outcome:
                sentence = f"“{option.label}” is {before} in an earlier menu, and {option.outcome} here. Keep one key."
                yield Found(step=key, field=f"exit:{option.outcome}", sentence=sentence)


def _worse(is_worse: bool) -> Severity | None:
    return Severity.ERROR if is_worse else None


def _offers_person(step: Step) -> bool:
    return bool(setting(step, "offer_person"))


def _is_scale(step: Step) -> bool:
    """A rating rather than a menu: the prompt names some of its keys, and callers know those between."""
    return 0 < len(PRESS.findall(prompt_of(step))) < len(step.options) and len(step.options) > 2


def _words(option: Option) -> set[str]:
    return set(re.findall(r"\w+", option.label.lower())) - BARE


def _digit(said: str) -> str:
    return str(NUMBERS.index(said.lower()) + 1) if said.lower() in NUMBERS else said


def _is_long(phrase: str) -> bool:
    is_choice = len(PRESS.findall(phrase)) == 1
    return is_choice and seconds_of(phrase) > LONGEST_PHRASE and len(phrase.split()) > MOST_WORDS
