"""AI steps: a way out, limits, ends that mean something, tests, and no promise that cannot be kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flows.engine.machine import Flow
from flows.practice import mends
from flows.practice.paths import finds_people, next_of
from flows.practice.reading import affirmed, heard, number, setting, text, with_assistants
from flows.practice.rule import Found, Severity, Tested, rule

MOST_TURNS, MOST_SECONDS = 10, 180
TO_TEST = {
    "hostile": "a caller who is rude",
    "silence": "one who says nothing",
    "off-topic": "one who asks for something else",
}


@dataclass(frozen=True)
class Claim:
    """Words that speak of an act, and the settings of which one is needed for it, with what to tick."""

    words: re.Pattern[str]
    needs: tuple[str, ...]
    mend: str


CLAIMS = (
    Claim(
        re.compile(
            r"\b(book|schedule|reschedule|reserve|cancel)(s|ed)?\b[^.?!]*\b(appointment|table|room|visit)", re.I
        ),
        ("lookups", "takes_messages", "takes_callbacks"),
        "Let it look that up, or take a message",
    ),
    Claim(
        re.compile(r"\b(look up|check|find)\b[^.?!]*\b(order|account|balance|booking|delivery)\b", re.IGNORECASE),
        ("lookups",),
        "Let it look that up",
    ),
    Claim(
        re.compile(r"\bsend\b[^.?!]*\b(text|text message|sms)\b|\btext (them|you|callers)\b", re.IGNORECASE),
        ("texts",),
        "Write that text message",
    ),
    Claim(
        re.compile(r"\b(take|leave|pass on) a message\b", re.IGNORECASE), ("takes_messages",), "Let it take a message"
    ),
    Claim(
        re.compile(r"\bcall (you|them|the caller|callers) back\b|\b(arrange|offer) a call ?back\b", re.IGNORECASE),
        ("takes_callbacks",),
        "Let it arrange a call back",
    ),
)


@rule(
    "I01",
    Severity.ERROR,
    title="A way out to a person",
    why="Callers who ask for a person, and get a machine or a goodbye, do not call again.",
    of_whole=True,
)
def a_way_out(flow: Flow) -> Iterator[Found]:
    for key, _ in with_assistants(flow):
        there = next_of(flow, key, "person")
        if there and not finds_people(flow, there):
            sentence = "Whoever asks for a person finds nobody. Lead this to a person, to voicemail, or to a call back."
            mend = mends.lead_to_people(flow, key, mends.PERSON)
            yield Found(step=key, field="exit:person", sentence=sentence, mend=mend)


@rule(
    "I02",
    Severity.WARNING,
    title="Limits that bite",
    why="A conversation in circles costs callers time, and you money.",
)
def limits_that_bite(flow: Flow) -> Iterator[Found]:
    for key, step in with_assistants(flow):
        if (turns := number(step, "max_turns")) > MOST_TURNS:
            sentence = f"It may speak {turns:g} times. What is not settled in {MOST_TURNS} needs a person."
            mend = mends.number_to(flow, key, "max_turns", MOST_TURNS)
            yield Found(step=key, field="max_turns", sentence=sentence, mend=mend)
        if (seconds := number(step, "max_seconds")) > MOST_SECONDS:
            sentence = f"It may talk for {seconds / 60:.0f} minutes. What is not settled in three needs a person."
            mend = mends.number_to(flow, key, "max_seconds", MOST_SECONDS)
            yield Found(step=key, field="max_seconds", sentence=sentence, mend=mend)


@rule(
    "I03", Severity.WARNING, title="An end for success", why="Callers who were helped wait until a limit ends the call."
)
def an_end_for_success(flow: Flow) -> Iterator[Found]:
    for key, step in with_assistants(flow):
        if type(step).takes_options and not step.options:
            sentence = "It has no end for callers who were helped. Add one, such as “The caller is helped”."
            yield Found(step=key, field="options", sentence=sentence)


@rule(
    "I04",
    Severity.WARNING,
    title="Tested with difficult callers",
    why="The first caller who shouts, strays or says nothing is the one who tests it otherwise.",
    about_tests=True,
)
def tested_with_difficult_callers(flow: Flow, tested: Tested) -> Iterator[Found]:
    for key, _ in with_assistants(flow):
        missing = [who for what, who in TO_TEST.items() if (key, what) not in tested]
        if missing:
            sentence = f"No test call plays {', or '.join(missing)}. Add a test for each."
            yield Found(step=key, field="", sentence=sentence)


@rule("I05", Severity.WARNING, title="No empty promises", why="Callers are told that it is done, and nothing was done.")
def no_empty_promises(flow: Flow) -> Iterator[Found]:
    for key, step in with_assistants(flow):
        for name in ("instructions", heard(step)[0]):
            for claim in CLAIMS:
                found = next((hit for said in affirmed(text(step, name)) if (hit := claim.words.search(said))), None)
                if found and not any(setting(step, need) for need in claim.needs):
                    sentence = f"It speaks of “{found[0]}”, and cannot do it. {claim.mend}, or leave it out."
                    yield Found(step=key, field=name, sentence=sentence)
