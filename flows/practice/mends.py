"""The changes that rules offer: each is small, and says on its button what it does. Whether one is safe in this very
flow is found out by `flows.practice.proving`.
"""

from collections.abc import Iterable
from typing import Any

from flows.engine.machine import Flow
from flows.engine.step import Option, params
from flows.practice.paths import next_of, puts_through
from flows.practice.reading import PERSON_KEY, heard, is_english, number, setting
from flows.practice.rewording import mentions_key
from flows.practice.rule import Mend

PERSON = "person"
FOR_A_PERSON = "For a person, press 0."
POUND = {"en-US": "pound", "en-GB": "hash"}  # what the key # is called


def number_to(flow: Flow, key: str, name: str, new: float) -> Mend:
    """Another number for a setting; a time where the name of the setting says so."""
    step = flow.steps[key]
    stored = float(new) if isinstance(setting(step, name), float) else int(new)
    what, unit = params(type(step))[name].label, " s" if name.endswith("seconds") else ""
    words = ("Shorten", "Lengthen") if unit else ("Lower", "Raise")
    return Mend(label=f"{words[number(step, name) < new]} “{what}” to {new:g}{unit}", settings={name: stored})


def turn_on(flow: Flow, key: str, name: str) -> Mend:
    """A tick for a setting."""
    return Mend(label=f"Turn on “{params(type(flow.steps[key]))[name].label}”", settings={name: True})


def turn_off(flow: Flow, key: str, name: str) -> Mend:
    """No tick for a setting."""
    return Mend(label=f"Turn off “{params(type(flow.steps[key]))[name].label}”", settings={name: False})


def reword(flow: Flow, name: str, prompt: str, new: str, label: str) -> Mend | None:
    """Another text; None where the rules cannot read the language, or somebody recorded the present one."""
    if not is_english(flow) or new == prompt or prompt in flow.resources.get("recording", {}):
        return None
    return Mend(label=label, settings={name: new})


def usual_words(flow: Flow, key: str, name: str, said: Iterable[str]) -> Mend | None:
    """The words that the kind comes with, where they are not said before."""
    step = flow.steps[key]
    usual = getattr(type(step)(), name)
    if not usual or usual in said:
        return None
    return reword(flow, name, getattr(step, name), usual, f"Say the usual “{usual}”")


def let_zero_reach_a_person(flow: Flow, key: str) -> Mend | None:
    """0 for a person, told in the prompt unless it tells so already; None where nobody can say which person."""
    there = person_place(flow, but=key)
    if there is None:
        return None
    name, prompt = heard(flow.steps[key])
    label = f"Let 0 reach “{flow.name_of(there)}”"
    settings: dict[str, Any] = {"offer_person": True}
    added = f"{prompt.rstrip()} {FOR_A_PERSON}"
    if not mentions_key(prompt, PERSON_KEY) and (told := reword(flow, name, prompt, added, "")):
        label = f"Add “{FOR_A_PERSON}”, which leads to “{flow.name_of(there)}”"
        settings |= told.settings
    return Mend(label=label, settings=settings, leads={PERSON: there})


def lead_to_people(flow: Flow, key: str, outcome: str) -> Mend | None:
    """Where an exit leads, to people instead; None where nobody can say to whom."""
    there = person_place(flow, but=key)
    return Mend(label=f"Lead callers to “{flow.name_of(there)}”", leads={outcome: there}) if there else None


def let_a_key_end_it(flow: Flow, key: str) -> Mend:
    """# ends an entry, told in the prompt where that may be changed."""
    name, prompt = heard(flow.steps[key])
    said = f"Then press the {POUND.get(flow.language, 'pound')} key."
    told = None if mentions_key(prompt, "#") else reword(flow, name, prompt, f"{prompt.rstrip()} {said}", "")
    label = f"Let # end the entry, and say “{said}”" if told else "Let # end the entry"
    return Mend(label=label, settings={"terminator": "#", **(told.settings if told else {})})


def hear_it_again(flow: Flow, key: str) -> Mend:
    """The key * leads back to this menu."""
    options = (*flow.steps[key].options, Option(outcome="*", label="Again", phrases=("repeat",)))
    return Mend(label="Add the choice *, “Again”", options=options, leads={"*": key})


def keys_in_order(flow: Flow, key: str) -> Mend:
    """The same choices, by their keys."""
    options = tuple(sorted(flow.steps[key].options, key=lambda option: option.outcome))
    return Mend(label="Put the choices in the order of their keys", options=options)


def person_place(flow: Flow, *, but: str = "") -> str | None:
    """Where callers of this flow get to people, if there is one such place only: the step that every other exit for a
    person leads to, or else the only step that puts callers through."""
    leads = {next_of(flow, key, PERSON) for key in flow.steps if key != but} - {None, but}
    found = leads or {key for key, step in flow.steps.items() if puts_through(step.kind)}
    return next(iter(found)) if len(found) == 1 else None
