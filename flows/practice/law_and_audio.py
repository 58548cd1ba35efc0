"""Callers who need more time or cannot speak, secrets, and voices that fit together."""

import re
from collections.abc import Iterator

from flows.engine.machine import Flow
from flows.engine.step import Step, params
from flows.practice import mends
from flows.practice.paths import next_of
from flows.practice.reading import (
    affirmed,
    heard,
    is_english,
    number,
    of_asking,
    of_menus,
    prompt_of,
    seconds_of,
    setting,
    text,
    with_assistants,
)
from flows.practice.rule import Found, Severity, rule

LONG_TO_REMEMBER = 12.0  # seconds of a menu that callers may want to hear again
CARD_DIGITS = 13  # the fewest that a payment card has
ANYTHING = "text"  # the kind of answer that is only said
SECRET = re.compile(
    r"\b(?-i:PIN)\b|\b(?-i:CVV|CVC)\b|\b(security code|password|pass ?code)\b"
    r"|\b(credit|debit|bank|payment) card([’']s)? number\b",
    re.IGNORECASE,
)
ASKS = re.compile(r"\b(ask|collect|take|get|request|need|tell me|give me)\b", re.IGNORECASE)


@rule("L01", Severity.HINT, title="Hear it again", why="Callers who listen in a second language need it twice.")
def hear_it_again(flow: Flow) -> Iterator[Found]:
    for key, step in of_menus(flow):
        again = any(o.outcome == "*" or next_of(flow, key, o.outcome) == key for o in step.options)
        if seconds_of(prompt_of(step)) > LONG_TO_REMEMBER and not again:
            sentence = "Callers cannot hear this menu again at once. Add the choice *, “Again”, that leads back here."
            yield Found(step=key, field="options", sentence=sentence, mend=mends.hear_it_again(flow, key))


@rule(
    "L02",
    Severity.ERROR,
    title="Nobody must speak",
    why="Callers who cannot speak, or are not understood, have no way on from here.",
)
def nobody_must_speak(flow: Flow) -> Iterator[Found]:
    for key, step in of_asking(flow):
        if setting(step, "wants") == ANYTHING and not setting(step, "offer_person"):
            sentence = "This answer can only be said. Offer a person here, so that 0 is a way on."
            mend = mends.let_zero_reach_a_person(flow, key)
            yield Found(step=key, field="offer_person", sentence=sentence, mend=mend)


@rule(
    "L05",
    Severity.ERROR,
    title="Secrets are not kept",
    why="A card number or a PIN that is stored can be stolen, and card companies forbid to keep it.",
)
def secrets_are_not_kept(flow: Flow) -> Iterator[Found]:
    for key, step in of_asking(flow):
        if "do_not_keep" in params(type(step)) and not step.is_secret and (what := _secret(flow, step)):
            sentence = f"This asks for {what}. Tick this, so that it is never stored, logged or read back."
            yield Found(step=key, field="do_not_keep", sentence=sentence, mend=mends.turn_on(flow, key, "do_not_keep"))
    for key, step in with_assistants(flow):
        told = affirmed(text(step, "instructions"))
        found = next((hit for said in told if ASKS.search(said) and (hit := SECRET.search(said))), None)
        if found:
            sentence = f"It is told to ask for a secret (“{found[0]}”). Ask in a step of its own, before this one."
            yield Found(step=key, field="instructions", sentence=sentence)


@rule(
    "L07", Severity.HINT, title="One voice throughout", why="Callers notice when the voice changes within a sentence."
)
def one_voice(flow: Flow) -> Iterator[Found]:
    recorded = flow.resources.get("recording", {})
    for key, step in flow.steps.items() if recorded else ():
        name, prompt = heard(step)
        if prompt.strip() and prompt not in recorded:
            sentence = "Other prompts of this flow are recorded, and this one is read by the voice. Record it too."
            yield Found(step=key, field=name, sentence=sentence)


def _secret(flow: Flow, step: Step) -> str:
    """The secret that a step asks for, "" where it asks for none."""
    if setting(step, "check") == "luhn" and number(step, "most") >= CARD_DIGITS:
        return "a number that looks like a payment card’s"
    found = SECRET.search(prompt_of(step)) if is_english(flow) else None
    return f"a secret (“{found[0]}”)" if found else ""
