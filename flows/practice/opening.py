"""The opening: what callers hear before they may choose anything."""

import re
from collections.abc import Iterator

from flows.engine.machine import Flow
from flows.engine.recording import said_before
from flows.engine.step import Step
from flows.practice import mends
from flows.practice.paths import all_next, reachable
from flows.practice.reading import (
    about,
    has_assistant,
    heard,
    is_asking,
    is_english,
    languages_of,
    of_menus,
    prompt_of,
    seconds_of,
    with_assistants,
)
from flows.practice.rewording import without_empty_words
from flows.practice.rule import Found, Mend, Severity, rule

LONG, TOO_LONG = 8.0, 15.0  # seconds before the first choice
MOST_STEPS = 100  # before it; nobody listens to more

STALE = (
    (re.compile(r"\bwww\.|\bdot com\b|\.com\b", re.IGNORECASE), "callers rang because they want to talk"),
    (re.compile(r"options? (have|has)( recently)? changed", re.IGNORECASE), "callers do not know the old ones"),
    (re.compile(r"listen (carefully|closely|to all)", re.IGNORECASE), "callers listen for what they want anyway"),
    (re.compile(r"your call is (very |so )?important", re.IGNORECASE), "callers do not believe it"),
)
RECORDS = "voicemail"  # the one kind that records callers
A_RECORDING = re.compile(  # a line may have a second language
    r"\b(record(ed|ing)?|message|tone|beep|voice ?mail|mensaje|grab\w+|tono|répondeur|enregistr\w+|bip|nachricht)\b",
    re.IGNORECASE,
)
MOST_LANGUAGES = 3
A_MACHINE = re.compile(r"assistant|automat|virtual|digital|comput|machine|robot|\b(AI|KI|IA|bot)\b", re.IGNORECASE)


@rule(
    "O01",
    Severity.WARNING,
    title="A short welcome",
    why="Callers hang up, or press 0, before the first choice.",
    of_whole=True,
)
def short_welcome(flow: Flow) -> Iterator[Found]:
    path = _longest(flow)
    seconds = sum(seconds_of(prompt_of(flow.steps[key])) for key in path)
    seconds += sum(seconds_of(text) for _, text in said_before(flow)) if path else 0
    if seconds > LONG:
        longest = max(path, key=lambda key: len(prompt_of(flow.steps[key])))
        sentence = (
            f"Callers listen for {about(seconds)} before they may choose. Say who answers, in {LONG:g} seconds; leave "
            "the rest to where it is wanted."
        )
        severity = Severity.ERROR if seconds > TOO_LONG else None
        yield Found(step=longest, field=heard(flow.steps[longest])[0], sentence=sentence, severity=severity)


@rule("O02", Severity.WARNING, title="No empty words", why="Callers have heard them everywhere, and stop listening.")
def no_empty_words(flow: Flow) -> Iterator[Found]:
    first = reachable(flow, [flow.start], through=lambda step: not step.waits) if is_english(flow) else ()
    for key in first:
        step = flow.steps[key]
        name, words = heard(step)
        for pattern, because in STALE if step.outcomes() else ():
            if found := pattern.search(words):
                sentence = f"Leave out “{found[0]}”: {because}."
                new = without_empty_words(words)
                mend = mends.reword(flow, name, words, new, f"Say only “{new}”") if new else None
                yield Found(step=key, field=name, sentence=sentence, mend=mend)


@rule(
    "O03",
    Severity.WARNING,
    title="The language first, in each language",
    why="Who does not understand the language of the line understands nothing that comes before their own.",
)
def language_first(flow: Flow) -> Iterator[Found]:
    before = reachable(flow, [flow.start], through=lambda step: not is_asking(step) and not has_assistant(step))
    for key, step in of_menus(flow):
        offered, (name, prompt) = languages_of(step), heard(step)
        if len(offered) > MOST_LANGUAGES:
            sentence = (
                f"{len(offered)} languages are too many to hear out. Offer {MOST_LANGUAGES}, and the others later."
            )
            yield Found(step=key, field="options", sentence=sentence)
        if offered and key not in before:
            sentence = "Callers hear a menu before they may choose their language. Ask for the language first."
            yield Found(step=key, field="", sentence=sentence)
        missing = [own for own in offered if own.casefold() not in prompt.casefold()]
        if prompt and missing:
            sentence = f"Offer each language in its own words: nothing here says “{missing[0]}”."
            yield Found(step=key, field=name, sentence=sentence)


@rule(
    "O04",
    Severity.ERROR,
    title="An assistant that says what it is",
    why="Callers feel deceived when they notice it later, and in the European Union the law demands it.",
)
def says_what_it_is(flow: Flow) -> Iterator[Found]:
    for key, step in with_assistants(flow) if not flow.discloses_ai else ():
        name, words = heard(step)
        if words and not A_MACHINE.search(words):
            sentence = "Nothing tells callers that they talk with a machine. Say it here, or let the flow say it."
            mend = Mend(label="Let the flow say that it is an AI", line={"discloses_ai": True})
            yield Found(step=key, field=name, sentence=sentence, mend=mend)


@rule(
    "O05",
    Severity.ERROR,
    title="Callers know that they are recorded",
    why="In many places it is against the law to record somebody who was not told.",
    of_whole=True,
)
def told_of_recording(flow: Flow) -> Iterator[Found]:
    if flow.recording:
        yield from _told_by_notice(flow, flow.recording.notice)
        return
    unaware = reachable(flow, [flow.start], through=lambda step: not _tells_of_recording(step))
    for key in unaware if is_english(flow) else ():
        step = flow.steps[key]
        name, prompt = heard(step)
        if step.kind == RECORDS and prompt.strip() and not _tells_of_recording(step):
            sentence = (
                "Nothing before this tells callers that they are recorded. Say so here: “after the tone”, for one."
            )
            yield Found(step=key, field=name, sentence=sentence)


def _told_by_notice(flow: Flow, notice: str) -> Iterator[Found]:
    """The notice comes before every step, so it need only say so."""
    if is_english(flow) and notice.strip() and not A_RECORDING.search(notice):
        sentence = "The notice does not tell callers that they are recorded. Say so: “This call is recorded”."
        yield Found(step="", field="recording_notice", sentence=sentence)


def _tells_of_recording(step: Step) -> bool:
    return bool(A_RECORDING.search(prompt_of(step)))


def _longest(flow: Flow) -> list[str]:
    """The steps before the first choice, on the path to one that takes longest. Each step is looked at once."""
    found: dict[str, list[str] | None] = {}

    def after(key: str, depth: int) -> list[str] | None:
        step = flow.steps[key]
        if is_asking(step) or has_assistant(step):
            return []
        if depth > MOST_STEPS:
            return None
        if key not in found:
            found[key] = None  # a circle leads to no choice
            paths = [path for there in all_next(flow, key) if (path := after(there, depth + 1)) is not None]
            best = max(paths, key=lambda path: _characters(flow, path), default=None)
            found[key] = None if step.waits or best is None else [key, *best]
        return found[key]

    return (after(flow.start, 0) or []) if flow.start in flow.steps else []


def _characters(flow: Flow, path: list[str]) -> int:
    return sum(len(prompt_of(flow.steps[key])) for key in path)
